/** Shopify orders that are fulfilled elsewhere, exchanged, refunded, voided or deleted, through the webhook route. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callerWith, fetchWorker, unique, type Call } from "../../support/api";
import { openRetailer, SECRET, type Retailer } from "../../support/retailer";
import { signedStorefrontRequest } from "../../support/storefront-traffic";

let call: Call;
let retailer: Retailer;
beforeAll(async () => {
  call = await callerWith("admin");
});
beforeEach(async () => {
  retailer = await openRetailer(call, {
    stock: [
      [50, 50],
      [50, 50],
    ],
  });
  const [, reno] = retailer.locationIds;
  const channel = (await call("GET", `/v1/channels/${retailer.channelId}`)).body as Record<string, unknown>;
  const { id: _id, secretsSetAt: _secrets, connectionSetAt: _connection, ...fields } = channel;
  await call("PUT", `/v1/channels/${retailer.channelId}`, { ...fields, locationMap: { "655": reno } });
});

type Order = {
  status: string;
  paymentStatus: string;
  version: number;
  totalMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  balances: { depositsMinor: number; receivableMinor: number; refundPayableMinor: number };
  holds: { code: string; detail: string }[];
  lines: { ordered: number; allocated: number; shipped: number; cancelled: number; returned: number }[];
  shipments: { carrier: string | null; trackingNumber: string | null; locationId: string | null }[];
  customerName: string | null;
};

let orders = 7_000_000 + Math.floor(Math.random() * 1_000_000);
const at = (minutes: number) => new Date(Date.now() - 3_600_000 + minutes * 60_000).toISOString();
const lineId = (id: number, n: number) => id * 10 + n;

const aLine = (id: number, n: number, over: object = {}) => ({
  id: lineId(id, n),
  sku: retailer.skus[n],
  title: `Thing ${n}`,
  quantity: 2,
  current_quantity: 2,
  fulfillable_quantity: 2,
  fulfillment_status: null,
  price: "10.00",
  ...over,
});

/** A paid order of two units at 10.00. */
function anOrder(over: object = {}) {
  orders += 1;
  const id = orders;
  return {
    id,
    name: `#${id}`,
    currency: "USD",
    created_at: at(0),
    updated_at: at(0),
    financial_status: "paid",
    fulfillment_status: null as string | null,
    total_price: "20.00",
    current_total_price: "20.00",
    total_outstanding: "0.00",
    shipping_address: {
      name: "Ada",
      address1: "1 Main",
      city: "Louisville",
      zip: "40202",
      province_code: "KY",
      country_code: "US",
      latitude: 38.25,
      longitude: -85.75,
    },
    line_items: [aLine(id, 0)],
    shipping_lines: [] as object[],
    refunds: [] as object[],
    fulfillments: [] as object[],
    ...over,
  };
}

async function send(topic: string, payload: unknown) {
  const meta = { id: unique("event"), now: Date.now() };
  const signed = await signedStorefrontRequest("shopify", SECRET, topic, payload, meta);
  const path = `/v1/webhooks/${retailer.channelId}`;
  const response = await fetchWorker(path, { method: "POST", ...signed });
  expect(response.status).toBe(200);
  return response.json<{ outcome: string; orderId: string }>();
}
const read = async (orderId: string) => (await call("GET", `/v1/orders/${orderId}`)).body as unknown as Order;
/** Sends the callbacks in turn, each twice, and reads the order. */
async function after(...callbacks: [topic: string, payload: unknown][]): Promise<Order> {
  let orderId = "";
  for (const [topic, payload] of callbacks) {
    for (let copies = 0; copies < 2; copies += 1) orderId = (await send(topic, payload)).orderId ?? orderId;
  }
  return read(orderId);
}

const fulfillment = (id: number, units: Readonly<Record<number, number>>, over: object = {}) => ({
  id: id * 100,
  order_id: id,
  status: "success",
  created_at: at(10),
  location_id: 655,
  tracking_company: "USPS",
  tracking_numbers: ["1Z"],
  tracking_urls: ["https://usps.example/1Z"],
  line_items: Object.entries(units).map(([n, quantity]) => ({ id: lineId(id, Number(n)), quantity })),
  ...over,
});
const nothingOwed = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };

describe("a Shopify order that is fulfilled elsewhere", () => {
  it("is never planned if it was sold at a point of sale, and leaves the mapped location", async () => {
    const order = anOrder({
      fulfillment_status: "fulfilled",
      source_name: "pos",
      shipping_address: null,
      location_id: 655,
    });
    const sold = {
      ...order,
      line_items: [aLine(order.id, 0, { fulfillable_quantity: 0, fulfillment_status: "fulfilled" })],
    };
    const stored = await after(["orders/create", sold]);
    expect(stored).toMatchObject({
      holds: [],
      lines: [{ ordered: 2, shipped: 2, allocated: 0 }],
      balances: nothingOwed,
    });
    expect(stored.shipments).toMatchObject([{ locationId: retailer.locationIds[1] }]);
  });

  it("is recorded with its tracking, once, by the fulfillment and by the order that lists it", async () => {
    const order = anOrder();
    const parcel = fulfillment(order.id, { 0: 2 });
    const line_items = [aLine(order.id, 0, { fulfillable_quantity: 0, fulfillment_status: "fulfilled" })];
    const fulfilled = {
      ...order,
      updated_at: at(11),
      fulfillment_status: "fulfilled",
      line_items,
      fulfillments: [parcel],
    };
    const callbacks: [string, unknown][] = [
      ["orders/create", order],
      ["fulfillments/create", parcel],
      ["orders/fulfilled", fulfilled],
    ];
    const stored = await after(...callbacks);
    expect(stored).toMatchObject({ holds: [], lines: [{ shipped: 2 }], balances: nothingOwed });
    expect(stored.shipments).toMatchObject([
      { carrier: "USPS", trackingNumber: "1Z", locationId: retailer.locationIds[1] },
    ]);
    const other = anOrder();
    const same = JSON.parse(JSON.stringify(fulfilled).replaceAll(String(order.id), String(other.id)));
    const reversed = await after(
      ["orders/create", other],
      ["orders/fulfilled", same],
      ["fulfillments/create", fulfillment(other.id, { 0: 2 })],
    );
    expect(reversed).toMatchObject({
      holds: [],
      lines: [{ shipped: 2 }],
      shipments: [{ trackingNumber: "1Z" }],
    });
    expect(reversed.shipments).toHaveLength(1);
  });

  it("in part has the rest to be sent", async () => {
    const order = anOrder();
    const parcel = fulfillment(order.id, { 0: 1 });
    const line_items = [aLine(order.id, 0, { fulfillable_quantity: 1, fulfillment_status: "partial" })];
    const partly = {
      ...order,
      updated_at: at(11),
      fulfillment_status: "partial",
      line_items,
      fulfillments: [parcel],
    };
    const stored = await after(["orders/create", order], ["orders/partially_fulfilled", partly]);
    expect(stored).toMatchObject({ holds: [], lines: [{ shipped: 1, allocated: 1 }] });
  });

  it("is held by name if its fulfillment is cancelled after it was recorded", async () => {
    const order = anOrder();
    const parcel = fulfillment(order.id, { 0: 2 });
    const cancelled = { ...order, updated_at: at(20), fulfillments: [{ ...parcel, status: "cancelled" }] };
    const stored = await after(
      ["orders/create", order],
      ["fulfillments/create", parcel],
      ["orders/updated", cancelled],
    );
    expect(stored.holds).toMatchObject([
      { code: "differs_from_storefront", detail: expect.stringContaining(`${parcel.id}`) },
    ]);
  });
});

describe("a Shopify order's payment", () => {
  it.each(["voided", "expired"])("is none if its authorization is %s", async (status) => {
    const order = anOrder({ financial_status: "authorized", total_outstanding: "20.00" });
    const gone = { ...order, updated_at: at(5), financial_status: status };
    expect(await after(["orders/create", order])).toMatchObject({ paymentStatus: "authorized", holds: [] });
    expect(await after(["orders/updated", gone])).toMatchObject({
      paymentStatus: "pending",
      holds: [{ code: "payment_pending" }],
    });
  });

  it.each([{ sent: false }, { sent: true }])(
    "is what was paid once if a line is exchanged, sent: $sent",
    async ({ sent }) => {
      const order = anOrder();
      const removed = aLine(order.id, 0, {
        current_quantity: 0,
        fulfillable_quantity: 0,
        fulfillment_status: sent ? "fulfilled" : null,
      });
      const added = aLine(order.id, 1);
      const restock_type = sent ? "return" : "cancel";
      const refund_line_items = [
        { line_item_id: removed.id, quantity: 2, restock_type, subtotal: 20, total_tax: 0 },
      ];
      const refund = {
        id: order.id * 7,
        order_id: order.id,
        created_at: at(20),
        refund_line_items,
        transactions: [],
      };
      const parcels = sent ? [fulfillment(order.id, { 0: 2 })] : [];
      const edited = {
        ...order,
        updated_at: at(20),
        total_price: "40.00",
        line_items: [removed, added],
        refunds: [refund],
        fulfillments: parcels,
      };
      const before: [string, unknown][] = [
        ["orders/create", order],
        ...parcels.map((each): [string, unknown] => ["fulfillments/create", each]),
      ];
      const stored = await after(...before, ["refunds/create", refund], ["orders/updated", edited]);
      expect(stored).toMatchObject({
        holds: [],
        capturedMinor: 2000,
        refundedMinor: 0,
        balances: { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 0 },
      });
      expect(stored.lines.map(({ allocated }) => allocated)).toEqual([0, 2]);
    },
  );
});

describe("a Shopify refund", () => {
  const shipped = { price: "5.00", discounted_price: "5.00", tax_lines: [{ price: "0.41" }] };
  const withShipping = () =>
    anOrder({
      total_price: "25.41",
      current_total_price: "25.41",
      shipping_lines: [{ id: 3, title: "Post", ...shipped }],
    });
  const forms = {
    lines: {
      refund_shipping_lines: [
        {
          shipping_line_id: 3,
          subtotal_amount_set: { shop_money: { amount: "5.00", currency_code: "USD" } },
          shipping_line: shipped,
        },
      ],
      order_adjustments: [],
    },
    adjustment: { order_adjustments: [{ kind: "shipping_refund", amount: "-5.00", tax_amount: "-0.41" }] },
  };
  it.each([
    { form: "lines", first: "order" },
    { form: "lines", first: "refund" },
    { form: "adjustment", first: "order" },
    { form: "adjustment", first: "refund" },
  ] as const)(
    "of shipping as $form takes shipping and its tax back, the $first first",
    async ({ form, first }) => {
      const order = withShipping();
      const transactions = [{ kind: "refund", status: "success", amount: "5.41", currency: "USD" }];
      const refund = {
        id: order.id * 7,
        order_id: order.id,
        created_at: at(20),
        refund_line_items: [],
        transactions,
        ...forms[form],
      };
      const updated = {
        ...order,
        updated_at: at(20),
        financial_status: "partially_refunded",
        current_total_price: "20.00",
        refunds: [refund],
      };
      const callbacks: [string, unknown][] = [
        ["refunds/create", refund],
        ["orders/updated", updated],
      ];
      const stored = await after(
        ["orders/create", order],
        ...(first === "refund" ? callbacks : callbacks.toReversed()),
      );
      expect(stored).toMatchObject({
        holds: [],
        capturedMinor: 2541,
        refundedMinor: 541,
        balances: { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 0 },
      });
      const accounts = await env.DB.prepare(
        `SELECT p.value ->> 'account' AS account FROM journal_entries, json_each(postings) AS p
       WHERE order_id = ?1 AND p.value ->> 'account' LIKE '%allowance%'`,
      )
        .bind((await send("orders/updated", updated)).orderId)
        .all();
      expect(accounts.results).toEqual([]);
    },
  );

  it("in the customer's currency is booked in the shop's, and no hold is left", async () => {
    const order = anOrder();
    const foreign = { kind: "refund", status: "success", amount: "4.60", currency: "EUR" };
    const refund = { id: order.id * 7, order_id: order.id, created_at: at(20), transactions: [foreign] };
    const known = {
      ...foreign,
      amount_set: {
        shop_money: { amount: "5.00", currency_code: "USD" },
        presentment_money: { amount: "4.60", currency_code: "EUR" },
      },
    };
    const updated = {
      ...order,
      updated_at: at(20),
      financial_status: "partially_refunded",
      current_total_price: "15.00",
    };
    const stored = await after(
      ["orders/create", order],
      ["refunds/create", refund],
      ["orders/updated", { ...updated, refunds: [{ ...refund, transactions: [known] }] }],
    );
    expect(stored).toMatchObject({ holds: [], capturedMinor: 2000, refundedMinor: 500 });
  });

  it("that is pending is booked once it is paid back", async () => {
    const order = anOrder();
    const transaction = { kind: "refund", status: "pending", amount: "10.00", currency: "USD" };
    const refund = {
      id: order.id * 7,
      order_id: order.id,
      created_at: at(20),
      refund_line_items: [
        {
          line_item_id: lineId(order.id, 0),
          quantity: 1,
          restock_type: "cancel",
          subtotal: 10,
          total_tax: 0,
        },
      ],
      transactions: [transaction],
      order_adjustments: [{ kind: "refund_discrepancy", amount: "10.00" }],
    };
    const line_items = [aLine(order.id, 0, { current_quantity: 1, fulfillable_quantity: 1 })];
    const pending = { ...order, updated_at: at(20), line_items, refunds: [refund] };
    const owed = await after(
      ["orders/create", order],
      ["refunds/create", refund],
      ["orders/updated", pending],
    );
    expect(owed).toMatchObject({
      holds: [],
      refundedMinor: 0,
      lines: [{ cancelled: 1 }],
      balances: { refundPayableMinor: 1000 },
    });
    const paid = { ...refund, order_adjustments: [], transactions: [{ ...transaction, status: "success" }] };
    const settled = {
      ...pending,
      updated_at: at(30),
      financial_status: "partially_refunded",
      current_total_price: "10.00",
      refunds: [paid],
    };
    expect(await after(["orders/updated", settled])).toMatchObject({
      holds: [],
      capturedMinor: 2000,
      refundedMinor: 1000,
      balances: { depositsMinor: 1000, receivableMinor: 0, refundPayableMinor: 0 },
    });
  });
});

describe("a Shopify order that is not to be sent", () => {
  it("is cancelled and books nothing if it is a test", async () => {
    const stored = await after(["orders/create", anOrder({ test: true })]);
    expect(stored).toMatchObject({
      status: "cancelled",
      balances: nothingOwed,
      lines: [{ cancelled: 2, allocated: 0 }],
    });
  });

  it("is cancelled if it was deleted there, and everything is owed back", async () => {
    const order = anOrder();
    const stored = await after(["orders/create", order], ["orders/delete", { id: order.id }]);
    expect(stored).toMatchObject({
      status: "cancelled",
      lines: [{ cancelled: 2 }],
      balances: { refundPayableMinor: 2000 },
    });
  });

  it("allocates nothing if its creation comes after its cancellation", async () => {
    const order = anOrder();
    const cancelled = {
      ...order,
      updated_at: at(9),
      cancelled_at: at(9),
      line_items: [aLine(order.id, 0, { fulfillable_quantity: 0 })],
    };
    const stored = await after(["orders/cancelled", cancelled], ["orders/create", order]);
    expect(stored).toMatchObject({ status: "cancelled", lines: [{ allocated: 0, cancelled: 2 }] });
  });
});

describe("a Shopify order of an odd shape", () => {
  it("is taken in, and a repeat writes nothing", async () => {
    const order = anOrder({ note: "x".repeat(9_000) });
    const address = {
      ...order.shipping_address,
      address1: "x".repeat(300),
      zip: "1".repeat(23),
      name: "A\ud83d B",
    };
    const odd = {
      ...order,
      shipping_address: address,
      line_items: [{ ...aLine(order.id, 0), quantity: "2.0" }],
    };
    const updated = { ...odd, updated_at: at(1) };
    const stored = await after(["orders/create", odd], ["orders/updated", updated]);
    expect(stored).toMatchObject({ customerName: "A\ufffd B", lines: [{ ordered: 2, allocated: 2 }] });
    const { version } = stored;
    expect((await after(["orders/updated", updated])).version).toBe(version);
  });

  it("is held if a quantity is a part of a unit, and released when it is whole", async () => {
    const order = anOrder({ total_price: "15.00", current_total_price: "15.00" });
    const part = {
      ...order,
      line_items: [aLine(order.id, 0, { quantity: 1.5, current_quantity: 1.5, fulfillable_quantity: 1.5 })],
    };
    expect(await after(["orders/create", part])).toMatchObject({
      holds: [{ code: "amount_inexact" }],
      totalMinor: 1500,
    });
    const whole = { ...order, updated_at: at(5), total_price: "20.00", current_total_price: "20.00" };
    expect(await after(["orders/updated", whole])).toMatchObject({ holds: [], totalMinor: 2000 });
  });
});

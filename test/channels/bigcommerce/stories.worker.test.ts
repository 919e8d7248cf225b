/** Stories of BigCommerce orders: each state is reported by a signed webhook, and fetched. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { orderIdOf } from "../../../src/kernel/ids";
import { startTestWorker } from "../../security/test-worker";
import { makeKey, unique, type Answer, type Call } from "../../support/api";
import {
  bigCommerceOrderPayload,
  bigCommerceTransactions,
  signedBigCommerceRequest,
} from "../../support/bigcommerce-store";
import { deliverIntake } from "../../support/deliver-intake";
import { fetchWith } from "../../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../../support/retailer";
import { holdsOf, NOTHING, unitsOf } from "../../support/storefront-door";
import { DOCUMENTED } from "./responses";

const CLIENT_SECRET = "the client secret of the app that made the webhook";
const baseUrl = "https://api.bigcommerce.com/stores/abc123";

const testWorker = startTestWorker();
let call: Call;
let retailer: Retailer;
/** What the API returns, by the path after the store's. */
const responses = new Map<string, unknown>();

beforeAll(async () => {
  vi.stubGlobal("fetch", async (input: unknown) => {
    const path = new URL(String(input)).pathname.replace("/stores/abc123", "");
    return responses.has(path) ? Response.json(responses.get(path)) : new Response(null, { status: 204 });
  });
  call = testWorker.callAs((await makeKey("admin")).token);
  retailer = await openRetailer(call, {
    stock: [[500], [500]],
    channel: {
      kind: "bigcommerce",
      secrets: [CLIENT_SECRET],
      connection: { baseUrl, credentials: { accessToken: "bc-access-token" } },
    },
  });
});
afterAll(() => void vi.unstubAllGlobals());

type Json = Readonly<Record<string, unknown>>;
type State = Readonly<{
  order: Json;
  transactions?: readonly Json[];
  shipments?: readonly Json[];
  refunds?: readonly Json[];
}>;

/** An order of two units and one, of an hour ago. */
function placed() {
  const order = anOrderOf(retailer, [2, 1], { placedAt: Date.now() - 3_600_000 });
  const [first, second] = order.lines.map(({ id }) => id);
  return {
    id: order.id,
    payload: bigCommerceOrderPayload(order),
    transactions: bigCommerceTransactions(order).data,
    first,
    second,
  };
}

let delivered = 0;
/** Reports each state, has it fetched, and returns the order after it. */
async function ordersAfter(id: number, ...states: readonly State[]) {
  const orders: Answer["body"][] = [];
  for (const [minute, { order, transactions = [], shipments = [], refunds = [] }] of states.entries()) {
    const date_modified = new Date(Date.now() - 3_000_000 + minute * 60_000)
      .toUTCString()
      .replace("GMT", "+0000");
    responses.set(`/v2/orders/${id}`, { ...order, date_modified });
    responses.set(`/v3/orders/${id}/transactions`, { data: transactions });
    responses.set(`/v2/orders/${id}/shipments`, shipments);
    responses.set(`/v3/orders/${id}/payment_actions/refunds`, { data: refunds });
    const message = { id: unique("ntf"), now: Date.now() };
    const signed = await signedBigCommerceRequest(CLIENT_SECRET, "store/order/updated", id, message);
    const path = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
    const response = await fetchWith(testWorker.bindings, new Request(path, { method: "POST", ...signed }));
    expect(response.status).toBe(202);
    await deliverQueued();
    orders.push((await call("GET", `/v1/orders/${orderIdOf(retailer.channelId, String(id))}`)).body);
  }
  return orders;
}

/** Delivers what was sent to the intake queue since the last time. */
async function deliverQueued() {
  const all = testWorker.sent.filter(({ queue }) => queue === "intake");
  const bodies = all.slice(delivered).map(({ body }) => body);
  delivered = all.length;
  await deliverIntake(testWorker, bodies);
}

describe("a BigCommerce order", () => {
  it("on delivery is authorized, although its payment is pending", async () => {
    const { id, payload } = placed();
    const order = { ...payload, payment_method: "Cash on Delivery", payment_status: "pending" };
    const [sendable, void_] = await ordersAfter(
      id,
      { order },
      { order: { ...order, payment_status: "void" } },
    );
    expect([sendable.paymentStatus, holdsOf(sendable)]).toEqual(["authorized", []]);
    expect([void_.authorizedMinor, holdsOf(void_)]).toEqual([0, ["payment_pending"]]);
  });

  it("that was shipped when it is first seen is not planned", async () => {
    for (const status_id of [2, 10]) {
      const { id, payload, transactions } = placed();
      const [shipped] = await ordersAfter(id, { order: { ...payload, status_id }, transactions });
      expect([shipped.status, unitsOf(shipped, "shipped"), shipped.balances]).toEqual([
        "closed",
        [2, 1],
        NOTHING,
      ]);
    }
  });

  it("is shipped as its shipments are", async () => {
    const { id, payload, transactions, first, second } = placed();
    const shipment = (number: number, order_product_id: unknown, quantity: number) => ({
      id: number,
      date_created: new Date().toUTCString().replace("GMT", "+0000"),
      tracking_number: `1Z${number}`,
      tracking_carrier: "ups",
      items: [{ order_product_id, quantity }],
    });
    const shipments = [shipment(1, first, 1), shipment(2, first, 1), shipment(3, second, 1)];
    const [open, one, all] = await ordersAfter(
      id,
      { order: payload, transactions },
      { order: { ...payload, status_id: 3 }, transactions, shipments: shipments.slice(0, 1) },
      { order: { ...payload, status_id: 2 }, transactions, shipments },
    );
    expect([open, one, all].map((order) => unitsOf(order, "shipped"))).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
    ]);
    expect([all.holds, all.balances]).toEqual([[], NOTHING]);
    expect(all.shipments.map(({ trackingNumber }: Json) => trackingNumber).toSorted()).toEqual([
      "1Z1",
      "1Z2",
      "1Z3",
    ]);
  });

  it("paid by a gift certificate has nothing receivable", async () => {
    const { id, payload } = placed();
    const order = { ...payload, gift_certificate_amount: "10.0000", payment_status: "captured" };
    const [paid] = await ordersAfter(id, { order });
    expect([paid.paymentStatus, holdsOf(paid), paid.balances]).toEqual([
      "paid",
      [],
      { ...NOTHING, depositsMinor: paid.totalMinor },
    ]);
  });

  it("that is cancelled and then goes on is open again", async () => {
    const { id, payload, transactions } = placed();
    const [, cancelled, open] = await ordersAfter(
      id,
      { order: payload, transactions },
      { order: { ...payload, status_id: 5 }, transactions },
      { order: { ...payload, status_id: 11 }, transactions },
    );
    expect([cancelled.status, open.status, holdsOf(open)]).toEqual(["cancelled", "open", []]);
    expect(open.balances).toEqual({ ...NOTHING, depositsMinor: open.totalMinor });
  });

  it("whose amounts can be read in several ways is held until they cannot", async () => {
    const { id, payload, transactions } = placed();
    const [consignment] = payload.consignments.shipping;
    const [a, b] = consignment!.line_items;
    const line = (item: object, ex: string, inc: string, tax: string) => ({
      ...item,
      total_ex_tax: ex,
      total_inc_tax: inc,
      total_tax: tax,
      applied_discounts: [],
    });
    const order = {
      ...payload,
      shipping_cost_ex_tax: "0",
      shipping_cost_inc_tax: "0",
      shipping_cost_tax: "0",
      coupon_discount: "0",
      discount_amount: "10.0000",
      total_tax: "10.0000",
      total_inc_tax: "100.0000",
      consignments: {
        ...payload.consignments,
        shipping: [
          {
            ...consignment,
            line_items: [line(a!, "50.0000", "50.0000", "0"), line(b!, "50.0000", "60.0000", "10.0000")],
          },
        ],
      },
    };
    const [held, clear] = await ordersAfter(
      id,
      { order, transactions: [{ ...transactions[0], amount: 100 }] },
      { order: payload, transactions },
    );
    expect([holdsOf(held), holdsOf(clear)]).toEqual([["totals_mismatch"], []]);
  });

  it("whose prices contain tax is read as its total and its tax show", async () => {
    const { id, payload, transactions } = placed();
    const [consignment] = payload.consignments.shipping;
    const [mugs] = consignment!.line_items;
    const discounted = (amount: string) => [{ id: "total-coupon", amount }];
    const line = {
      ...mugs!,
      total_ex_tax: "62.6793",
      total_inc_tax: "67.8400",
      total_tax: "4.4000",
      applied_discounts: discounted("10.0000"),
    };
    const order = {
      ...payload,
      is_tax_inclusive_pricing: true,
      ...DOCUMENTED,
      consignments: { ...payload.consignments, shipping: [{ ...consignment, line_items: [line] }] },
    };
    const [read] = await ordersAfter(id, { order, transactions: [{ ...transactions[0], amount: 69.84 }] });
    expect(read).toMatchObject({ totalMinor: 6_984, taxIncluded: true, capturedMinor: 6_984, holds: [] });
    const taxMinor = read.lines[0].taxMinor + read.shipping.taxMinor;
    expect([taxMinor, read.balances]).toEqual([531, { ...NOTHING, depositsMinor: 6_984 }]);
  });

  it("on hold there is held here, and loses the unit that is refunded before it is sent", async () => {
    const { id, payload, transactions, first } = placed();
    const refund = {
      id: 9,
      created: new Date(Date.now() - 2_900_000).toISOString(),
      total_amount: 5,
      items: [{ item_type: "PRODUCT", item_id: first, quantity: 1 }],
      payments: [{ amount: 5, is_declined: false }],
    };
    const [held, open, refunded] = await ordersAfter(
      id,
      { order: { ...payload, status_id: 12 }, transactions },
      { order: payload, transactions },
      { order: { ...payload, status_id: 14 }, transactions, refunds: [refund] },
    );
    expect([holdsOf(held), holdsOf(open)]).toEqual([["held_at_storefront"], []]);
    expect([unitsOf(refunded, "cancelled"), refunded.refundedMinor, refunded.holds]).toEqual([
      [1, 0],
      500,
      [],
    ]);
  });

  it("in another currency than before is held, and nothing is booked", async () => {
    const { id, payload, transactions } = placed();
    const foreign = { ...payload, default_currency_code: "JPY", currency_code: "JPY" };
    const [before, after] = await ordersAfter(
      id,
      { order: payload, transactions },
      { order: foreign, transactions },
    );
    expect(holdsOf(after)).toContain("differs_from_storefront");
    expect([after.totalMinor, after.balances]).toEqual([before.totalMinor, before.balances]);
  });
});

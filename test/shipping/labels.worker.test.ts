/** Labels through the API: bought, looked at, printed, voided, shipped with, tracked. With the sandbox and its failures. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { orderIdOf } from "../../src/kernel/ids";
import { statusSignature } from "../../src/orders/domain/status-link";
import { settleDueLabels } from "../../src/shipping/settle-label";
import { pollTrackingJob } from "../../src/shipping/poll-tracking";
import { isSscc } from "../../src/shipping/domain/sscc";
import { callerWith, fetchWorker, makeKey, unique, type Answer, type Call } from "../support/api";
import { jobContext, runJob } from "../support/jobs";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OPENED_AT = Date.parse("2032-03-03T15:00:00Z");

let call: Call;
let retailer: Retailer;
beforeAll(async () => {
  vi.setSystemTime(OPENED_AT);
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: [[500], [500]] });
});
beforeEach(() => void vi.setSystemTime(OPENED_AT));
afterAll(() => void vi.useRealTimers());

type Released = Readonly<{
  orderId: string;
  fulfillmentId: string;
  path: string;
  lineIds: readonly string[];
}>;

/** An order whose fulfillment is at its location. The recipient's postal code chooses what the sandbox plays. */
async function released(postalCode = "40202", quantities: readonly number[] = [2, 1]): Promise<Released> {
  const order = anOrderOf(retailer, quantities);
  const addressed = { ...order, address: { ...order.address!, postalCode } };
  expect((await fetchWorker(await shopifyCallback(retailer, addressed))).status).toBe(200);
  const orderId = orderIdOf(retailer.channelId, String(order.id));
  const { body } = await call("GET", `/v1/orders/${orderId}`);
  const fulfillmentId = body.fulfillments[0].id as string;
  const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}`;
  expect((await call("POST", `${path}/release`)).status).toBe(200);
  return { orderId, fulfillmentId, path, lineIds: body.lines.map(({ id }: { id: string }) => id) };
}

const PARCEL = { weightGrams: 1_250, lengthMm: 300, widthMm: 200, heightMm: 100 };
const buy = ({ path }: Released, over: Record<string, unknown> = {}): Promise<Answer> =>
  call("POST", `${path}/labels`, { parcel: PARCEL, reference: "box", ...over });
const at = (shipmentId: string) => `/v1/shipments/${shipmentId}`;
const sweep = () => settleDueLabels(jobContext(), env.ORDERS_00);
const labelOf = async (shipmentId: string) => (await call("GET", `${at(shipmentId)}/label`)).body;
const print = (shipmentId: string, format: string, token: string) =>
  fetchWorker(`${at(shipmentId)}/label.${format}`, { headers: { authorization: `Bearer ${token}` } });

describe("a label", () => {
  it("is bought for a parcel, looked at, printed, and shipped with", async () => {
    const order = await released();
    const bought = await buy(order);
    expect(bought.status).toBe(200);
    const { shipmentId, trackingNumber } = bought.body;
    expect(bought.body).toMatchObject({
      state: "bought",
      attempt: 1,
      carrier: "sandbox",
      rate: { carrier: "Sandbox", service: "Ground", currency: "USD" },
      attention: [],
    });
    expect(isSscc(trackingNumber)).toBe(true);
    expect(await labelOf(shipmentId)).toEqual(bought.body);

    const { token } = await makeKey("fulfillments:read");
    const pdf = await print(shipmentId, "pdf", token);
    expect(pdf.headers.get("content-type")).toBe("application/pdf");
    expect((await pdf.text()).startsWith("%PDF-")).toBe(true);
    const zpl = await (await print(shipmentId, "zpl", token)).text();
    expect(zpl).toContain(`>;>800${trackingNumber}`);

    const shipped = await call("POST", `${at(shipmentId)}/ship`);
    expect(shipped.body).toMatchObject({
      shipmentId,
      orderId: order.orderId,
      trackingNumber,
      carrier: "Sandbox",
    });
    const { shipments } = (await call("GET", `/v1/orders/${order.orderId}`)).body;
    expect(shipments).toHaveLength(1);
    expect(shipments[0]).toMatchObject({ id: shipmentId, trackingNumber, service: "Ground" });
    expect((await labelOf(shipmentId)).state).toBe("used");
    expect((await call("POST", `${at(shipmentId)}/ship`)).status).toBe(200);
    expect((await call("GET", `/v1/orders/${order.orderId}/labels`)).body.labels).toHaveLength(1);
  });

  it("is bought once, however often and at the same time it is asked for", async () => {
    const order = await released();
    const answers = await Promise.all(Array.from({ length: 6 }, () => buy(order)));
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true);
    expect(new Set(answers.map(({ body }) => `${body.shipmentId}/${body.attempt}`)).size).toBe(1);
    const again = await buy(order);
    expect(again.body).toMatchObject({ state: "bought", attempt: 1 });
    expect((await call("GET", `/v1/orders/${order.orderId}/labels`)).body.labels).toHaveLength(1);
  });

  it("is bought once under an Idempotency-Key", async () => {
    const order = await released();
    const send = () =>
      call("POST", `${order.path}/labels`, { parcel: PARCEL }, { "idempotency-key": order.orderId });
    const [first, second] = [await send(), await send()];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });

  it("is the same for a repeat that names no units, also after others of its fulfillment have left", async () => {
    const order = await released("40202", [3, 0]);
    const [lineId] = order.lineIds;
    const first = await buy(order, { reference: "one", lines: [{ lineId, quantity: 1 }] });
    const rest = await buy(order, { reference: "rest" });
    await call("POST", `${at(first.body.shipmentId)}/ship`);
    expect((await buy(order, { reference: "rest" })).body.shipmentId).toBe(rest.body.shipmentId);
    await call("POST", `${at(rest.body.shipmentId)}/ship`);
    expect((await buy(order, { reference: "rest" })).body).toMatchObject({ state: "used", attempt: 1 });
    const named = await buy(order, { reference: "one", lines: [{ lineId, quantity: 1 }] });
    expect(named.body).toMatchObject({ state: "used", attempt: 1 });
  });

  it("of another weight or of other units is no repeat", async () => {
    const order = await released();
    await buy(order);
    const heavier = await buy(order, { parcel: { ...PARCEL, weightGrams: 1_251 } });
    expect([heavier.status, heavier.body.code]).toEqual([409, "parcel_reused"]);
  });

  it("is bought for each of several parcels, never for a unit twice", async () => {
    const order = await released("40202", [3, 0]);
    const one = await buy(order, { reference: "one", lines: [{ lineId: order.lineIds[0], quantity: 2 }] });
    const two = await buy(order, { reference: "two" });
    expect(two.body.parcel.lines).toEqual([{ lineId: order.lineIds[0], quantity: 1 }]);
    expect(two.body.trackingNumber).not.toBe(one.body.trackingNumber);
    const three = await buy(order, { reference: "three" });
    expect([three.status, three.body.code]).toEqual([409, "quantity_not_in_fulfillment"]);
    await call("POST", `${at(two.body.shipmentId)}/ship`);
    await call("POST", `${at(one.body.shipmentId)}/ship`);
    const { fulfillments, shipments } = (await call("GET", `/v1/orders/${order.orderId}`)).body;
    expect(fulfillments[0].status).toBe("shipped");
    expect(shipments).toHaveLength(2);
  });

  it("has a service that was asked for, or is refused with those that are offered", async () => {
    const order = await released();
    const quoted = await call("POST", `${order.path}/rates`, { parcel: PARCEL });
    expect(quoted.body.rates.map(({ service }: { service: string }) => service)).toEqual([
      "Ground",
      "Express",
    ]);
    const refused = await buy(order, { service: { service: "Teleport" } });
    expect(refused.body).toMatchObject({
      code: "service_not_offered",
      offered: ["Sandbox Ground", "Sandbox Express"],
    });
    expect((await buy(order, { service: { service: "express" } })).body.rate.service).toBe("Express");
  });
});

describe("a request that cannot be a label", () => {
  it("is refused with its reason, and stores nothing", async () => {
    const order = await released();
    const cases = [
      { body: { parcel: {} }, code: "invalid_request" },
      { body: { parcel: { weightGrams: 0 } }, code: "invalid_request" },
      { body: { parcel: { ...PARCEL, widthMm: null } }, code: "invalid_request" },
      { body: { parcel: { weightGrams: 40_000 } }, code: "label_rejected" },
      { body: { carrier: "pigeon" }, code: "carrier_unknown" },
      { body: { lines: [{ lineId: "line_x", quantity: 1 }] }, code: "quantity_not_in_fulfillment" },
    ];
    for (const { body, code } of cases) expect((await buy(order, body)).body.code).toBe(code);
    expect((await buy({ ...order, path: `/v1/orders/${order.orderId}/fulfillments/ful_x` })).body.code).toBe(
      "fulfillment_unknown",
    );
    expect((await call("GET", `/v1/orders/${order.orderId}/labels`)).body.labels).toEqual([]);
  });

  it("is refused for an order that is held", async () => {
    const order = await released();
    await call("POST", `/v1/orders/${order.orderId}/holds`, { reason: "wait" });
    expect((await buy(order)).body.code).toBe("order_on_hold");
  });

  it("is refused without the scope that spends money", async () => {
    const order = await released();
    const packer = await callerWith("fulfillments:write", "fulfillments:read");
    expect((await packer("POST", `${order.path}/labels`, { parcel: PARCEL })).status).toBe(403);
    expect((await packer("POST", `${order.path}/rates`, { parcel: PARCEL })).status).toBe(200);
  });
});

describe("the sandbox's failures", () => {
  it("reject an address and a label, and the parcel may be tried again", async () => {
    const unknown = await buy(await released("00001"));
    expect(unknown.body).toMatchObject({
      status: 409,
      code: "label_rejected",
      detail: "the address is not known",
    });
    const order = await released("00002");
    for (let attempt = 1; attempt <= 2; attempt += 1)
      expect((await buy(order)).body.code).toBe("label_rejected");
    const { labels } = (await call("GET", `/v1/orders/${order.orderId}/labels`)).body;
    expect(labels.map((label: { state: string; attempt: number }) => [label.state, label.attempt])).toEqual([
      ["rejected", 1],
      ["rejected", 2],
    ]);
  });

  it("lose the reply: the carrier is asked, and has the label", async () => {
    const bought = await buy(await released("00003"));
    expect([bought.status, bought.body.state]).toEqual([200, "bought"]);
  });

  it("lose the request: the carrier is asked, has nothing, and sells it", async () => {
    const bought = await buy(await released("00004"));
    expect([bought.status, bought.body.state, bought.body.attempt]).toEqual([200, "bought", 1]);
  });

  it("are a carrier that is away: 503, and nothing is stored", async () => {
    const order = await released("00013");
    expect([(await buy(order)).status, (await buy(order)).body.code]).toEqual([503, "carrier_unavailable"]);
    expect((await call("GET", `/v1/orders/${order.orderId}/labels`)).body.labels).toEqual([]);
  });

  it("refuse a void: the label stays, and waits for a person, who writes it off", async () => {
    const order = await released("00006");
    const { shipmentId } = (await buy(order)).body;
    const refused = await call("POST", `${at(shipmentId)}/label/void`);
    expect(refused.body).toMatchObject({ code: "void_refused", detail: "the label was manifested already" });
    const held = (await call("GET", "/v1/labels/held?limit=200")).body.items;
    const mine = held.find((label: { shipmentId: string }) => label.shipmentId === shipmentId);
    expect(mine.attention.map(({ code }: { code: string }) => code)).toEqual(["void_refused"]);
    const decided = await call("POST", `${at(shipmentId)}/label/resolution`, {
      attempt: 1,
      decision: "written_off",
      note: "Claimed from the carrier.",
    });
    expect(decided.body).toMatchObject({ state: "voided", attention: [] });
    const history = await call("GET", `/v1/orders/${order.orderId}/events`);
    expect(JSON.stringify(history.body)).toContain("Claimed from the carrier.");
    expect((await buy(order)).body).toMatchObject({ state: "bought", attempt: 2 });
  });
});

describe("a void", () => {
  it("takes the label back, once, and another may be bought", async () => {
    const order = await released();
    const { shipmentId, trackingNumber } = (await buy(order)).body;
    for (let i = 0; i < 2; i += 1) {
      const voided = await call("POST", `${at(shipmentId)}/label/void`);
      expect([voided.status, voided.body.state]).toEqual([200, "voided"]);
    }
    const shipped = await call("POST", `${at(shipmentId)}/ship`);
    expect(shipped.body.code).toBe("label_not_bought");
    const { token } = await makeKey("fulfillments:read");
    expect((await print(shipmentId, "pdf", token)).status).toBe(409);
    const again = await buy(order);
    expect(again.body).toMatchObject({ state: "bought", attempt: 2, shipmentId });
    expect(again.body.trackingNumber).not.toBe(trackingNumber);
  });

  it("of a label that was used is refused", async () => {
    const { shipmentId } = (await buy(await released())).body;
    await call("POST", `${at(shipmentId)}/ship`);
    const refused = await call("POST", `${at(shipmentId)}/label/void`);
    expect([refused.status, refused.body.code]).toEqual([409, "label_used"]);
  });

  it("and a shipment at the same time: one of them happens", async () => {
    for (let i = 0; i < 5; i += 1) {
      const order = await released();
      const { shipmentId } = (await buy(order)).body;
      const [voided, shipped] = await Promise.all([
        call("POST", `${at(shipmentId)}/label/void`),
        call("POST", `${at(shipmentId)}/ship`),
      ]);
      expect([voided.status, shipped.status].filter((status) => status === 200)).toHaveLength(1);
      const { shipments } = (await call("GET", `/v1/orders/${order.orderId}`)).body;
      expect((await labelOf(shipmentId)).state).toBe(shipments.length === 1 ? "used" : "voided");
    }
  });

  it("is made by the sweep of a label that nobody used for a week", async () => {
    const { shipmentId } = (await buy(await released())).body;
    vi.setSystemTime(OPENED_AT + 7 * DAY - 1);
    await sweep();
    expect((await labelOf(shipmentId)).state).toBe("bought");
    vi.setSystemTime(OPENED_AT + 7 * DAY);
    await sweep();
    expect((await labelOf(shipmentId)).state).toBe("voided");
  });
});

describe("a parcel whose order has another address by now", () => {
  it("is not shipped with the old label", async () => {
    const order = await released();
    const { shipmentId } = (await buy(order)).body;
    await env.ORDERS_00.prepare(
      "UPDATE orders SET shipping_address = json_set(shipping_address, '$.line1', 'Elsewhere 1') WHERE id = ?1",
    )
      .bind(order.orderId)
      .run();
    expect((await call("POST", `${at(shipmentId)}/ship`)).body.code).toBe("label_outdated");
    await call("POST", `${at(shipmentId)}/label/void`);
    expect((await buy(order)).body.state).toBe("bought");
    expect((await call("POST", `${at(shipmentId)}/ship`)).status).toBe(200);
  });
});

describe("tracking", () => {
  const poll = async (after: number) => {
    vi.setSystemTime(OPENED_AT + after);
    return (await runJob(jobContext(), pollTrackingJob)).progress;
  };
  const shippedTo = async (postalCode: string) => {
    const order = await released(postalCode);
    const { shipmentId } = (await buy(order)).body;
    expect((await call("POST", `${at(shipmentId)}/ship`)).status).toBe(200);
    return { ...order, shipmentId: shipmentId as string };
  };
  const trackingOf = async (shipmentId: string) => (await call("GET", `${at(shipmentId)}/tracking`)).body;

  it("moves the parcel, and delivers the order's shipment", async () => {
    const { shipmentId, orderId } = await shippedTo("40202");
    expect((await trackingOf(shipmentId)).status).toBe("label_created");
    await poll(3 * HOUR);
    expect(await trackingOf(shipmentId)).toMatchObject({
      status: "in_transit",
      scans: [{}, { place: "Louisville" }],
    });
    const link = `/v1/public/orders/${orderId}/${statusSignature(orderId as never, env.LINK_SIGNING_KEY)}`;
    const seen = await (await fetchWorker(link)).json<{ shipments: { tracking: unknown }[] }>();
    expect(seen.shipments[0]!.tracking).toMatchObject({ status: "in_transit", place: "Louisville" });
    const page = await (await fetchWorker(link.replace("/v1/public/orders", "/s"))).text();
    expect(page).toContain("On its way, Louisville");
    await poll(3 * DAY);
    expect((await trackingOf(shipmentId)).status).toBe("delivered");
    const { shipments } = (await call("GET", `/v1/orders/${orderId}`)).body;
    expect(shipments[0].deliveredAt).not.toBeNull();
    expect((await labelOf(shipmentId)).attention).toEqual([]);
  });

  it("can be asked for at once", async () => {
    const { shipmentId } = await shippedTo("40202");
    vi.setSystemTime(OPENED_AT + 3 * HOUR);
    const refreshed = await call("POST", `${at(shipmentId)}/tracking/refresh`);
    expect(refreshed.body.status).toBe("in_transit");
  });

  const ENDS = [
    { code: "00007", status: "delivered", attention: [] },
    { code: "00008", status: "ready_for_pickup", attention: [] },
    { code: "00009", status: "returned", attention: ["carrier_reports_problem"] },
    { code: "00010", status: "lost", attention: ["carrier_reports_problem"] },
    { code: "00011", status: "exception", attention: ["carrier_reports_problem"] },
    { code: "00012", status: "exception", attention: ["no_scan"] },
  ];
  it.each(ENDS)("of the sandbox's postal code $code ends as $status", async ({ code, status, attention }) => {
    const { shipmentId, orderId } = await shippedTo(code);
    // A parcel of this year is silent for five days only in the last case.
    await poll(code === "00012" ? 6 * DAY : 5 * DAY);
    expect((await trackingOf(shipmentId)).status).toBe(status);
    const label = await labelOf(shipmentId);
    expect(label.attention.map((note: { code: string }) => note.code)).toEqual(attention);
    const { shipments } = (await call("GET", `/v1/orders/${orderId}`)).body;
    expect(shipments[0].deliveredAt !== null).toBe(status === "delivered");
  });

  it("asks for every parcel that is due in steps, and for none twice", async () => {
    for (let i = 0; i < 12; i += 1) await shippedTo("40202");
    const first = await poll(2 * HOUR);
    expect(first["parcels"]).toBeGreaterThanOrEqual(12);
    expect((await poll(2 * HOUR + 1_000))["parcels"]).toBe(0);
  });
});

describe("an unknown parcel", () => {
  it("is not found", async () => {
    const missing = unique("shp");
    for (const [method, path] of [
      ["GET", "label"],
      ["GET", "label.pdf"],
      ["GET", "tracking"],
      ["POST", "label/void"],
      ["POST", "ship"],
      ["POST", "tracking/refresh"],
    ] as const)
      expect((await call(method, `${at(missing)}/${path}`)).status).toBe(404);
  });
});

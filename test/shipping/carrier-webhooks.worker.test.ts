/** Callbacks of EasyPost for labels that were bought there, in any sequence; and answers of EasyPost's that are lost. */
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { orderIdOf } from "../../src/kernel/ids";
import { signEasyPost } from "../../src/shipping/carriers/easypost/webhook";
import { settleDueLabels } from "../../src/shipping/settle-label";
import { callerWith, fetchWorker, unique, type Call } from "../support/api";
import { EasyPostStub } from "../support/easypost-stub";
import { jobContext } from "../support/jobs";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";

const HOUR = 3_600_000;
const OPENED_AT = Date.parse("2033-03-03T15:00:00Z");
const SECRET = env.EASYPOST_WEBHOOK_SECRET!;

type Fault = "lose request" | "lose reply";
let call: Call;
let retailer: Retailer;
let easypost: EasyPostStub;
/** What happens to the next calls whose path ends so. */
let faults: { path: string; fault: Fault }[] = [];

beforeAll(async () => {
  vi.setSystemTime(OPENED_AT);
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: [[500]] });
});
beforeEach(() => {
  vi.setSystemTime(OPENED_AT);
  easypost = new EasyPostStub(unique("EZ"));
  faults = [];
  vi.stubGlobal("fetch", async (to: unknown, init?: RequestInit) => {
    const url = new URL(String(to));
    if (url.host !== "api.easypost.com") throw new TypeError(`no call of ${url.host} is expected`);
    const place = faults.findIndex(({ path }) => url.pathname.endsWith(path));
    const [struck] = place < 0 ? [] : faults.splice(place, 1);
    if (struck?.fault === "lose request") throw new TypeError("fetch failed");
    const answer = await easypost.answer(url, init);
    if (struck) throw new TypeError("fetch failed");
    return answer;
  });
});
afterEach(() => vi.unstubAllGlobals());
afterAll(() => void vi.useRealTimers());

async function released(): Promise<{ orderId: string; path: string }> {
  const order = anOrderOf(retailer, [1]);
  expect((await fetchWorker(await shopifyCallback(retailer, order))).status).toBe(200);
  const orderId = orderIdOf(retailer.channelId, String(order.id));
  const { body } = await call("GET", `/v1/orders/${orderId}`);
  const path = `/v1/orders/${orderId}/fulfillments/${body.fulfillments[0].id}`;
  expect((await call("POST", `${path}/release`)).status).toBe(200);
  return { orderId, path };
}
const buyAt = (path: string) =>
  call("POST", `${path}/labels`, { carrier: "easypost", reference: "box", parcel: { weightGrams: 400 } });
const later = async (ms: number) => {
  vi.setSystemTime(Date.now() + ms);
  await settleDueLabels(jobContext(), env.ORDERS_00);
};
const labelOf = async (shipmentId: string) => (await call("GET", `/v1/shipments/${shipmentId}/label`)).body;

const detail = (status: string, hours: number) => ({
  status,
  status_detail: "unknown",
  message: status,
  datetime: new Date(OPENED_AT + hours * HOUR).toISOString(),
  tracking_location: { city: "RENO", state: "NV", country: "US", zip: "89501" },
});
async function report(trackingCode: string, details: readonly unknown[], secret = SECRET) {
  easypost.scans.set(trackingCode, details as never);
  const body = easypost.event(trackingCode);
  const signature = signEasyPost(secret, new TextEncoder().encode(body));
  return fetchWorker("/v1/webhooks/carriers/easypost", {
    method: "POST",
    headers: { "x-hmac-signature": signature, "content-type": "application/json" },
    body,
  });
}

describe("a label of EasyPost's", () => {
  it("is bought at the cheapest rate, in cents", async () => {
    const bought = await buyAt((await released()).path);
    expect(bought.body).toMatchObject({
      state: "bought",
      carrier: "easypost",
      rate: { carrier: "USPS", service: "GroundAdvantage", costMinor: 593, currency: "USD" },
    });
    expect(easypost.sold).toHaveLength(1);
  });

  const LOST: readonly Readonly<{ name: string; lost: typeof faults; status: number }>[] = [
    { name: "the purchase's reply", lost: [{ path: "/buy", fault: "lose reply" }], status: 200 },
    { name: "the purchase itself", lost: [{ path: "/buy", fault: "lose request" }], status: 200 },
    {
      name: "the purchase's reply, and that of the question after it",
      lost: [
        { path: "/buy", fault: "lose reply" },
        { path: "_1", fault: "lose reply" },
      ],
      status: 202,
    },
    {
      name: "the purchase itself, twice",
      lost: [
        { path: "/buy", fault: "lose request" },
        { path: "/buy", fault: "lose request" },
      ],
      status: 202,
    },
  ];
  it.each(LOST)("is bought once if it is lost: $name", async ({ lost, status }) => {
    const { path } = await released();
    faults = [...lost];
    const bought = await buyAt(path);
    expect(bought.status).toBe(status);
    await later(5 * 60_000);
    expect(await labelOf(bought.body.shipmentId)).toMatchObject({ state: "bought", attempt: 1 });
    await later(HOUR);
    expect(easypost.sold).toHaveLength(1);
    expect((await buyAt(path)).body.attempt).toBe(1);
    expect(easypost.sold).toHaveLength(1);
  });

  it("is voided once if an answer is lost", async () => {
    const { shipmentId } = (await buyAt((await released()).path)).body;
    faults = [{ path: "/refund", fault: "lose reply" }];
    const voiding = await call("POST", `/v1/shipments/${shipmentId}/label/void`);
    expect([voiding.status, voiding.body.state]).toEqual([202, "voiding"]);
    expect((await call("POST", `/v1/shipments/${shipmentId}/ship`)).body.code).toBe("label_not_bought");
    await later(61_000);
    expect((await labelOf(shipmentId)).state).toBe("voided");
    expect(easypost.sold).toEqual([]);
  });
});

describe("a callback", () => {
  const shipped = async () => {
    const { orderId, path } = await released();
    const { shipmentId, trackingNumber } = (await buyAt(path)).body;
    expect((await call("POST", `/v1/shipments/${shipmentId}/ship`)).status).toBe(200);
    return { orderId, shipmentId: String(shipmentId), trackingNumber: String(trackingNumber) };
  };
  const tracked = async (shipmentId: string) =>
    (await call("GET", `/v1/shipments/${shipmentId}/tracking`)).body;

  it("moves the parcel, in any sequence and doubled, and delivers the shipment once", async () => {
    const { orderId, shipmentId, trackingNumber } = await shipped();
    vi.setSystemTime(OPENED_AT + 72 * HOUR);
    const all = [
      detail("pre_transit", 0),
      detail("in_transit", 5),
      detail("out_for_delivery", 60),
      detail("delivered", 66),
    ];
    for (const count of [3, 1, 4, 2, 4])
      expect((await report(trackingNumber, all.slice(0, count))).status).toBe(200);
    expect(await tracked(shipmentId)).toMatchObject({
      status: "delivered",
      statusAt: new Date(OPENED_AT + 66 * HOUR).toISOString(),
    });
    expect((await tracked(shipmentId)).scans).toHaveLength(4);
    const { shipments } = (await call("GET", `/v1/orders/${orderId}`)).body;
    expect(shipments[0].deliveredAt).toBe(new Date(OPENED_AT + 66 * HOUR).toISOString());
    const events = await call("GET", `/v1/orders/${orderId}/events`);
    expect(JSON.stringify(events.body).match(/"shipment\.delivered"/g)).toHaveLength(1);
    expect((await labelOf(shipmentId)).attention).toEqual([]);
  });

  it("is recorded whole if many come at the same time", async () => {
    const { shipmentId, trackingNumber } = await shipped();
    vi.setSystemTime(OPENED_AT + 72 * HOUR);
    const all = [
      detail("in_transit", 5),
      detail("in_transit", 20),
      detail("out_for_delivery", 60),
      detail("delivered", 66),
    ];
    const answers = await Promise.all([0, 1, 2, 3].map((i) => report(trackingNumber, [all[i]])));
    for (const [i, { status }] of answers.entries())
      if (status === 409) await report(trackingNumber, [all[i]]);
    expect(await tracked(shipmentId)).toMatchObject({ status: "delivered" });
    expect((await tracked(shipmentId)).scans).toHaveLength(4);
  });

  it("that contradicts a delivery is held for a person, and noted in the order when it is decided", async () => {
    const { orderId, shipmentId, trackingNumber } = await shipped();
    vi.setSystemTime(OPENED_AT + 100 * HOUR);
    await report(trackingNumber, [detail("delivered", 66)]);
    await report(trackingNumber, [detail("delivered", 66), detail("return_to_sender", 90)]);
    expect((await tracked(shipmentId)).status).toBe("delivered");
    expect((await labelOf(shipmentId)).attention).toMatchObject([{ code: "tracking_contradiction" }]);
    const decision = { attempt: 1, decision: "noted", note: "The recipient has it." };
    expect((await call("POST", `/v1/shipments/${shipmentId}/label/resolution`, decision)).status).toBe(200);
    await report(trackingNumber, [detail("delivered", 66), detail("return_to_sender", 90)]);
    expect((await labelOf(shipmentId)).attention).toEqual([]);
    const events = await call("GET", `/v1/orders/${orderId}/events`);
    expect(JSON.stringify(events.body)).toContain("The recipient has it.");
  });

  it("about a parcel that was not shipped here, or whose label was voided, is held for a person", async () => {
    const { path } = await released();
    const { shipmentId, trackingNumber } = (await buyAt(path)).body;
    vi.setSystemTime(OPENED_AT + 30 * HOUR);
    await report(trackingNumber, [detail("in_transit", 20)]);
    expect((await labelOf(shipmentId)).attention).toMatchObject([{ code: "scanned_not_shipped" }]);
    await later(8 * 24 * HOUR);
    expect((await labelOf(shipmentId)).state).toBe("bought");

    const other = (await buyAt((await released()).path)).body;
    await call("POST", `/v1/shipments/${other.shipmentId}/label/void`);
    await report(other.trackingNumber, [
      { ...detail("in_transit", 20), datetime: new Date(Date.now()).toISOString() },
    ]);
    expect((await labelOf(other.shipmentId)).attention).toMatchObject([{ code: "scanned_after_void" }]);
  });

  it("delivered before the shipment was recorded here counts as delivered then", async () => {
    const { path, orderId } = await released();
    const { shipmentId, trackingNumber } = (await buyAt(path)).body;
    vi.setSystemTime(OPENED_AT + 30 * HOUR);
    await call("POST", `/v1/shipments/${shipmentId}/ship`);
    await report(trackingNumber, [detail("delivered", 20)]);
    const { shipments } = (await call("GET", `/v1/orders/${orderId}`)).body;
    expect(shipments[0].deliveredAt).toBe(shipments[0].shippedAt);
  });

  it("with a wrong signature, of an unknown carrier, or of one without callbacks is refused alike", async () => {
    const { trackingNumber } = await shipped();
    expect((await report(trackingNumber, [], "wrong")).status).toBe(401);
    for (const carrier of ["pigeon", "sandbox"]) {
      const answer = await fetchWorker(`/v1/webhooks/carriers/${carrier}`, { method: "POST", body: "{}" });
      expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([
        401,
        "invalid_signature",
      ]);
    }
  });

  it("about a parcel that is not ours is ignored, and one that is too large is refused", async () => {
    const answer = await report("1Z-not-ours", [detail("delivered", 1)]);
    expect(await answer.json()).toEqual({ outcome: "ignored", orderId: null, shipmentId: null });
    const large = await fetchWorker("/v1/webhooks/carriers/easypost", {
      method: "POST",
      body: "x".repeat(1_100_000),
    });
    expect(large.status).toBe(413);
  });
});

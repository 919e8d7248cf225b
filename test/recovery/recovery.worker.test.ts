/**
 * A recovery from the restore of an orders database, through the API: a storefront that is connected has its orders, another
 * one is not, and people decide what is found. The tests go on from each other.
 */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { forgetReference } from "../../src/catalog/storage/reference";
import { orderIdOf, type OrderId } from "../../src/kernel/ids";
import { startTestWorker } from "../security/test-worker";
import { makeKey, unique, type Call } from "../support/api";
import { bigCommerceAnswer, signedBigCommerceRequest } from "../support/bigcommerce-store";
import { copyDatabase, restoreDatabase } from "../support/restored-database";
import { anOrderOf, openRetailer, SECRET, shopifyCallback, type Retailer } from "../support/retailer";
import { BASE_URLS, CREDENTIALS, StorefrontStub } from "../support/storefront-stock";
import type { TrafficOrder } from "../support/storefront-traffic";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const testWorker = startTestWorker();
const inStore = new Map<number, TrafficOrder>();
const stub = new StorefrontStub();
const storeId = unique("store");

let call: Call;
let shop: Retailer;
let since = "";
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** What happens by itself within some minutes. */
async function minutes(count = 3): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await testWorker.deliver();
    pass(MINUTE + 1_000);
    await testWorker.cron("* * * * *");
    // Alarms go by the real clock.
    for (const sku of shop.skus) await runDurableObjectAlarm(env.SKU_INVENTORY.getByName(sku));
  }
  await testWorker.deliver();
}

/** The storefront that is connected sells the order, and sends callbacks that only name it. */
async function soldInStore(quantities: readonly number[]): Promise<OrderId> {
  const order = anOrderOf(shop, quantities);
  inStore.set(order.id, order);
  const meta = { id: unique("event"), now: Date.now() };
  const signed = await signedBigCommerceRequest(SECRET, "store/order/created", order.id, meta);
  const request = new Request(`https://aftercart.test/v1/webhooks/${storeId}`, { method: "POST", ...signed });
  expect((await testWorker.request(request)).status).toBeLessThan(300);
  await minutes(1);
  return orderIdOf(storeId, String(order.id));
}

/** The other storefront sends the order itself. */
async function soldInShop(quantities: readonly number[], id = unique("event")) {
  const order = anOrderOf(shop, quantities);
  expect((await testWorker.request(await shopifyCallback(shop, order, { id }))).status).toBeLessThan(300);
  await minutes(1);
  return { order, id: orderIdOf(shop.channelId, String(order.id)) };
}

const read = async (id: OrderId) => (await call("GET", `/v1/orders/${id}`)).body;
const findings = async () => (await call("GET", "/v1/recovery-findings?limit=200")).body.items;
const about = async (id: OrderId) =>
  (await findings()).filter(({ orderId }: { orderId: string }) => orderId === id);
const kindsAbout = async (id: OrderId): Promise<string[]> =>
  (await about(id)).map(({ kind }: { kind: string }) => kind).toSorted();
const decide = (findingId: string, decision: string) =>
  call("POST", `/v1/recovery-findings/${findingId}/decisions`, { decision, note: "by a test" });
const levelOf = async (sku: number) =>
  (await call("GET", `/v1/skus/${shop.skus[sku]}/stock`)).body.levels[0] as {
    onHand: number;
    allocated: number;
  };
const mailsOf = async (id: OrderId): Promise<{ id: string; kind: string; status: string }[]> =>
  (await call("GET", `/v1/orders/${id}/notifications`)).body.items;

async function recover(): Promise<Record<string, number>> {
  const begun = await call("POST", "/v1/recoveries", { since, databases: ["ORDERS_00"] });
  expect(begun.status).toBe(202);
  for (let minute = 0; minute < 30; minute += 1) {
    await minutes(1);
    const { body } = await call("GET", `/v1/jobs/${begun.body.id}`);
    if (body.status === "failed") throw new Error(body.problem);
    if (body.status === "done") return body.progress;
  }
  throw new Error("the recovery does not end");
}

async function ship(id: OrderId): Promise<void> {
  for (const { id: fulfillmentId, status } of (await read(id)).fulfillments) {
    const path = `/v1/orders/${id}/fulfillments/${fulfillmentId}`;
    if (status === "planned") await call("POST", `${path}/release`);
    expect((await call("POST", `${path}/shipments`, { carrier: "UPS", trackingNumber: "1Z9" })).status).toBe(
      200,
    );
  }
  await minutes(1);
}

/** Of orders that were lost: one that only the storefront has, one that nobody sends again, and one that had been shipped. */
let lost: { readBack: OrderId; gone: OrderId; shipped: OrderId; goneOrder: TrafficOrder };
let shippedBefore: unknown;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.parse("2034-03-01T15:00:00Z"));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.stubGlobal("fetch", async (input: unknown, init?: RequestInit) => {
    const url = new URL(String(input));
    return url.pathname.includes("/v3/inventory/")
      ? stub.answer(url.href, init)
      : bigCommerceAnswer(inStore, url);
  });
  call = testWorker.callAs((await makeKey("admin")).token);
  shop = await openRetailer(call, { stock: [[20], [20]] });
  for (const sku of shop.skus) stub.put(sku, 0);
  const channel = await call("PUT", `/v1/channels/${storeId}`, {
    name: "The store",
    kind: "bigcommerce",
    currency: "USD",
    locationIds: shop.locationIds,
    shortagePolicy: "backorder",
    gracePeriodMinutes: 60,
    secrets: [SECRET],
    connection: { baseUrl: BASE_URLS.bigcommerce, credentials: CREDENTIALS.bigcommerce },
  });
  if (channel.status >= 300) throw new Error(JSON.stringify(channel.body));
  forgetReference();

  const shipped = await soldInStore([2, 0]);
  pass(61 * MINUTE);
  await minutes();
  since = new Date(Date.now()).toISOString();
  const copy = await copyDatabase("ORDERS_00", env.ORDERS_00);
  pass(MINUTE);
  await ship(shipped);
  shippedBefore = await read(shipped);
  const readBack = await soldInStore([0, 3]);
  const { id: gone, order: goneOrder } = await soldInShop([0, 4]);
  // Longer than an allocation waits for its order: these are confirmed, because their orders are stored.
  pass(30 * MINUTE);
  await minutes();
  lost = { readBack, gone, shipped, goneOrder };
  // The directory has not got the last order either: stock alone has a trace of it.
  await env.DIRECTORY.prepare("DELETE FROM listed_orders WHERE id = ?1").bind(gone).run();
  await restoreDatabase("ORDERS_00", env.ORDERS_00, copy);
  pass(MINUTE);
}, 120_000);
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a recovery", () => {
  it("is refused for a time in the future, for other databases, and to everybody but administrators", async () => {
    const begin = (body: unknown) => call("POST", "/v1/recoveries", body);
    const future = new Date(Date.now() + DAY).toISOString();
    expect((await begin({ since: future, databases: ["ORDERS_00"] })).status).toBe(422);
    const unknown = await begin({ since, databases: ["ORDERS_07"] });
    expect([unknown.status, unknown.body.code]).toEqual([409, "database_unknown"]);
    const other = testWorker.callAs((await makeKey("orders:write")).token);
    expect((await other("POST", "/v1/recoveries", { since, databases: ["ORDERS_00"] })).status).toBe(403);
    expect((await other("GET", "/v1/recovery-findings")).status).toBe(403);
  });

  it("reads orders back from their storefront, and ends the hold of one of which only the creation was lost", async () => {
    expect((await call("GET", `/v1/orders/${lost.readBack}`)).status).toBe(404);
    const progress = await recover();
    expect(progress).toMatchObject({ ordersReadBack: 1, effectsUndone: 1, channelsReadBack: 1 });
    const order = await read(lost.readBack);
    expect(order).toMatchObject({ status: "open", lines: [{ allocated: 3 }] });
    expect(await about(lost.readBack)).toEqual([]);
    const received = (await mailsOf(lost.readBack)).filter(({ kind }) => kind === "order_received");
    expect(
      received.map(({ status }) => status),
      "its customer has the mail",
    ).toEqual(["skipped"]);
  });

  it("holds the order of which a shipment was lost, and its units stay allocated to it", async () => {
    expect(await read(lost.shipped)).toMatchObject({
      status: "on_hold",
      lines: [{ shipped: 0, allocated: 2 }],
    });
    expect(await kindsAbout(lost.shipped)).toEqual(["commits_lost", "shipment_lost"]);
    expect(await levelOf(0)).toMatchObject({ onHand: 20, allocated: 2 });
  });

  it("holds and names units that no order has, and that a channel is not connected", async () => {
    expect(await kindsAbout(lost.gone)).toEqual(["allocation_without_order"]);
    expect((await about(lost.gone))[0].detail).toContain("4 at");
    expect(await levelOf(1)).toMatchObject({ onHand: 20, allocated: 7 });
    const unread = (await findings()).filter(({ kind }: { kind: string }) => kind === "not_read_back");
    expect(unread.map(({ subject }: { subject: string }) => subject)).toEqual([shop.channelId]);
  });

  it("changes nothing when it is repeated", async () => {
    const ids = (await findings()).map(({ id }: { id: string }) => id);
    const [levels, order] = [[await levelOf(0), await levelOf(1)], await read(lost.readBack)];
    const mails = await mailsOf(lost.shipped);
    const progress = await recover();
    expect(progress).not.toHaveProperty("effectsUndone");
    expect((await findings()).map(({ id }: { id: string }) => id)).toEqual(ids);
    expect([await levelOf(0), await levelOf(1)]).toEqual(levels);
    expect(await read(lost.readBack)).toEqual(order);
    expect(await mailsOf(lost.shipped)).toEqual(mails);
  });

  it("takes only decisions that a finding has, once", async () => {
    const [orphan] = await about(lost.gone);
    const invalid = await decide(orphan.id, "release");
    expect([invalid.status, invalid.body.code]).toEqual([409, "decision_invalid"]);
    expect((await decide("fnd_0", "keep")).status).toBe(404);
  });

  it("frees units that no order has, when a person decides so", async () => {
    const [orphan] = await about(lost.gone);
    expect((await decide(orphan.id, "free")).status).toBe(200);
    expect(await levelOf(1)).toMatchObject({ onHand: 20, allocated: 3 });
    const again = await decide(orphan.id, "free");
    expect([again.status, again.body.code]).toEqual([409, "finding_decided"]);
    expect(await levelOf(1)).toMatchObject({ allocated: 3 });
  });

  it("lets an order that comes after all be created, held because its stock was confirmed before", async () => {
    const request = await shopifyCallback(shop, lost.goneOrder, { id: unique("event") });
    expect((await testWorker.request(request)).status).toBeLessThan(300);
    await minutes();
    const order = await read(lost.gone);
    expect(order.lines).toMatchObject([{ ordered: 4, shipped: 0 }]);
    expect(["open", "on_hold"]).toContain(order.status);
  });

  it("releases an order once its parcel is recorded again and all of its findings are decided", async () => {
    const [first, second] = await about(lost.shipped);
    expect((await decide(first.id, "release")).status).toBe(200);
    expect((await read(lost.shipped)).status).toBe("on_hold");
    expect((await decide(second.id, "release")).status).toBe(200);
    expect((await read(lost.shipped)).status).toBe("open");
    await minutes(1);
    await ship(lost.shipped);
    const after = await read(lost.shipped);
    expect(after).toMatchObject({
      status: (shippedBefore as { status: string }).status,
      lines: [{ shipped: 2 }],
    });
    expect(await levelOf(0)).toMatchObject({ onHand: 18, allocated: 0 });
  });

  it("leaves a clean night, once everything is decided", async () => {
    for (const { id } of await findings()) {
      const released = await decide(id, "release");
      if (released.status !== 200) await decide(id, "keep");
    }
    expect(await findings()).toEqual([]);
    for (const id of Object.values(lost)) {
      if (typeof id !== "string") continue;
      const held = (await mailsOf(id)).filter(({ status }) => status === "held");
      for (const { id: mailId } of held) {
        const path = `/v1/orders/${id}/notifications/${mailId}/decisions`;
        expect((await call("POST", path, { decision: "skip" })).status).toBe(200);
      }
    }
    await minutes(10);
    const on = new Date(Date.now()).toISOString().slice(0, 10);
    pass(DAY);
    await minutes(2);
    await testWorker.cron("10 1 * * *");
    await minutes(5);
    const { body } = await call("GET", `/v1/reconciliations/${on}`);
    const exceptions = body.checks.flatMap(
      ({ name, exceptions: found }: { name: string; exceptions: object[] }) =>
        found.map((each) => ({ name, ...each })),
    );
    expect(exceptions).toEqual([]);
  });
});

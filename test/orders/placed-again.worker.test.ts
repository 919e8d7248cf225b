/** A request that comes again with something else in it: it is applied, or refused, and never passed over. */
import { beforeAll, describe, expect, it } from "vitest";
import { callerWith, unique, type Call } from "../support/api";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

let call: Call;
let retailer: Retailer;
beforeAll(async () => {
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: [[50]], channel: { kind: "generic", secrets: undefined } });
});

const place = (order: object, headers = {}) =>
  call("POST", "/v1/orders", { channelId: retailer.channelId, ...order }, headers);

/** An order of three units, and as it is with one, so many milliseconds later. */
function anOrder() {
  const order = canonicalPayload(anOrderOf(retailer, [3]));
  const withOne = (ms: number) => ({
    ...order,
    updatedAt: new Date(Date.parse(order.placedAt) + ms).toISOString(),
    lines: [{ ...order.lines[0]!, quantity: 1 }],
    total: (Number(order.total) - 40).toFixed(2),
  });
  return { order, withOne };
}

describe("an order that is placed again", () => {
  it("in a later state is brought up to it, under a new Idempotency-Key too", async () => {
    for (const headers of [{}, { "idempotency-key": unique("key") }]) {
      const { order, withOne } = anOrder();
      await place(order);
      const again = await place(withOne(1_000), headers);
      expect([again.status, again.body.holds]).toEqual([200, []]);
      expect(again.body.lines).toMatchObject([{ ordered: 3, allocated: 1, cancelled: 2 }]);
      const repeated = await place(withOne(1_000), headers);
      expect([repeated.status, repeated.body]).toEqual([200, again.body]);
    }
  });

  it("in an earlier state, or in the state that created it, stays as it is", async () => {
    const { order, withOne } = anOrder();
    await place(withOne(0));
    await place({ ...order, updatedAt: new Date(Date.parse(order.placedAt) - 1_000).toISOString() });
    const { status, body } = await place(order);
    expect([status, body.version]).toEqual([200, 1]);
    expect(body.lines).toMatchObject([{ ordered: 1, allocated: 1 }]);
  });
});

describe("a used Idempotency-Key", () => {
  it("is refused for another query", async () => {
    const { body } = await place(anOrder().order);
    await call("POST", `/v1/orders/${body.id}/holds`, { reason: "Wait." });
    const key = { "idempotency-key": unique("key") };
    const release = (reason: string) =>
      call("DELETE", `/v1/orders/${body.id}/holds/staff?reason=${reason}`, undefined, key);
    expect((await release("paid")).status).toBe(200);
    expect(await release("fraud")).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect((await release("paid")).headers.get("idempotency-replayed")).toBe("true");
  });
});

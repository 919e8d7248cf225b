/** The routes of inbound: listed, validated, and received. */
import { describe, expect, it } from "vitest";
import { unique } from "../support/api";
import { aRetailer, call, expectInbound, startPromiseWorld } from "../support/promise-world";

startPromiseWorld();

describe("inbound", () => {
  it("is listed by SKU and by location, earliest first, in pages", async () => {
    const retailer = await aRetailer([[0]]);
    const prefix = unique("po");
    for (const [i, on] of ["2027-02-12", "2027-02-10", "2027-02-11"].entries()) {
      await expectInbound(`${prefix}-${i}`, retailer, 2, on);
    }
    const idsOf = async (query: string) => {
      const { status, body } = await call("GET", `/v1/inbound?${query}`);
      expect(status).toBe(200);
      return [body.items.map(({ id }: { id: string }) => id.slice(prefix.length + 1)), body.nextCursor];
    };
    const [ids, cursor] = await idsOf(`sku=${retailer.skus[0]}&limit=2`);
    expect(ids).toEqual(["1", "2"]);
    expect(await idsOf(`sku=${retailer.skus[0]}&limit=2&cursor=${cursor}`)).toEqual([["0"], null]);
    expect(await idsOf(`locationId=${retailer.locationIds[0]}`)).toEqual([["1", "2", "0"], null]);
    expect(await idsOf(`locationId=${retailer.locationIds[0]}&status=cancelled`)).toEqual([[], null]);
    expect((await call("GET", "/v1/inbound")).status).toBe(422);
  });

  it.each([
    { name: "an unknown SKU", over: { sku: "no-such-sku" }, path: "sku" },
    { name: "an unknown location", over: { locationId: "nowhere" }, path: "locationId" },
    { name: "a day that does not exist", over: { expectedOn: "2027-02-30" }, path: "expectedOn" },
    { name: "no units", over: { quantity: 0 }, path: "quantity" },
  ])("is rejected with $name", async ({ over, path }) => {
    const retailer = await aRetailer([[0]]);
    const body = {
      sku: retailer.skus[0],
      locationId: retailer.locationIds[0],
      quantity: 1,
      expectedOn: "2027-02-10",
    };
    const answer = await call("PUT", `/v1/inbound/${unique("po")}`, { ...body, ...over });
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path]);
  });

  it("is rejected with a day in the year 9999, which other systems write for never", async () => {
    const retailer = await aRetailer([[0]]);
    const { status, body } = await expectInbound(unique("po"), retailer, 5, "9999-12-31");
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "expectedOn" }]);
  });

  it("keeps its SKU and location, and is received only there", async () => {
    const [one, other] = [await aRetailer([[0]]), await aRetailer([[0]])];
    const inboundId = unique("po");
    await expectInbound(inboundId, one, 2, "2027-02-10");
    expect((await expectInbound(inboundId, other, 2, "2027-02-10")).body.errors).toHaveLength(2);
    const receipt = { locationId: other.locationIds[0], quantity: 1, inboundId };
    const wrong = await call("POST", `/v1/skus/${other.skus[0]}/receipts`, receipt);
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, "inboundId"]);
    const none = await call("POST", `/v1/skus/${other.skus[0]}/receipts`, { ...receipt, inboundId: "none" });
    expect(none.status).toBe(422);
    expect((await call("GET", `/v1/inbound/${unique("none")}`)).status).toBe(404);
    expect((await call("DELETE", `/v1/inbound/${unique("none")}`)).status).toBe(404);
  });
});

/** The routes of stock: movements that staff records, and safety stock. */
import { beforeAll, describe, expect, it } from "vitest";
import { aLocation, aSku, callerWith, unique, type Call } from "../support/api";

let staff: Call;
const berlin = unique("berlin");

beforeAll(async () => {
  staff = await callerWith("reference:write", "stock:read", "stock:write");
  await staff("PUT", `/v1/locations/${berlin}`, aLocation());
});

const newSku = async (over = {}, stock: Record<string, number> = {}) => {
  const sku = unique("sku");
  await staff("PUT", `/v1/skus/${sku}`, aSku(over));
  for (const [locationId, quantity] of Object.entries(stock)) await receive(sku, locationId, quantity);
  return sku;
};
const receive = (sku: string, locationId: string, quantity: number, over = {}, headers = {}) =>
  staff("POST", `/v1/skus/${sku}/receipts`, { locationId, quantity, ...over }, headers);

type Level = { locationId: string; onHand: number; allocated: number; available: number };
const levelsOf = async (sku: string): Promise<Level[]> => {
  const { body } = await staff("GET", `/v1/skus/${sku}/stock`);
  return body.levels.map(({ locationId, onHand, allocated, available }: Level) => ({
    locationId,
    onHand,
    allocated,
    available,
  }));
};
const atBerlin = (onHand: number, available = onHand): Level[] => [
  { locationId: berlin, onHand, allocated: 0, available },
];

describe("stock", () => {
  it("is received, adjusted and counted", async () => {
    const sku = await newSku({ unitCostMinor: 200 });
    expect((await receive(sku, berlin, 10)).body).toMatchObject({ stock: { sku, valueMinor: 2_000 } });
    const adjusted = await staff("POST", `/v1/skus/${sku}/adjustments`, {
      locationId: berlin,
      quantity: -3,
      reason: "damaged",
    });
    expect(adjusted.status).toBe(200);
    expect(await levelsOf(sku)).toEqual(atBerlin(7));
    await staff("POST", `/v1/skus/${sku}/counts`, { locationId: berlin, counted: 9 });
    expect(await levelsOf(sku)).toEqual(atBerlin(9));
  });

  it("moves once for each ref or Idempotency-Key, however often the request is repeated", async () => {
    const sku = await newSku();
    const first = await receive(sku, berlin, 5, { ref: `${sku}-note` });
    const again = await receive(sku, berlin, 5, { ref: `${sku}-note` });
    expect([first.status, again.status]).toEqual([200, 200]);
    const key = { "idempotency-key": unique("key") };
    expect((await receive(sku, berlin, 2, {}, key)).body).toEqual(
      (await receive(sku, berlin, 2, {}, key)).body,
    );
    expect(await levelsOf(sku)).toEqual(atBerlin(7));
    const other = await receive(sku, berlin, 6, { ref: `${sku}-note` });
    expect([other.status, other.body.code]).toEqual([409, "ref_reused"]);
  });

  it("keeps safety stock from being available", async () => {
    const sku = await newSku({}, { [berlin]: 10 });
    const path = `/v1/skus/${sku}/locations/${berlin}/safety-stock`;
    expect((await staff("PUT", path, { quantity: 4 })).body).toEqual({
      sku,
      locationId: berlin,
      quantity: 4,
    });
    expect(await levelsOf(sku)).toEqual(atBerlin(10, 6));
  });

  it.each([
    {
      name: "a receipt at an unknown location",
      path: "receipts",
      body: { locationId: "nowhere", quantity: 1 },
      field: "locationId",
    },
    {
      name: "a receipt of no units",
      path: "receipts",
      body: { locationId: berlin, quantity: 0 },
      field: "quantity",
    },
    {
      name: "a receipt of half a unit",
      path: "receipts",
      body: { locationId: berlin, quantity: 0.5 },
      field: "quantity",
    },
    {
      name: "a receipt with text as quantity",
      path: "receipts",
      body: { locationId: berlin, quantity: "3" },
      field: "quantity",
    },
    {
      name: "a receipt beyond the limit",
      path: "receipts",
      body: { locationId: berlin, quantity: 1e12 },
      field: "quantity",
    },
    {
      name: "an adjustment by zero",
      path: "adjustments",
      body: { locationId: berlin, quantity: 0, reason: "found" },
      field: "quantity",
    },
    {
      name: "an adjustment without reason",
      path: "adjustments",
      body: { locationId: berlin, quantity: 1 },
      field: "reason",
    },
    {
      name: "a count below zero",
      path: "counts",
      body: { locationId: berlin, counted: -1 },
      field: "counted",
    },
  ])("is not changed by $name", async ({ path, body, field }) => {
    const answer = await staff("POST", `/v1/skus/${await newSku()}/${path}`, body);
    expect([answer.status, answer.body.errors]).toEqual([422, [expect.objectContaining({ path: field })]]);
  });

  it("is not adjusted to below zero", async () => {
    const sku = await newSku({}, { [berlin]: 2 });
    const lost = { locationId: berlin, quantity: -3, reason: "lost" };
    const below = await staff("POST", `/v1/skus/${sku}/adjustments`, lost);
    expect([below.status, below.body.code, below.body.onHand]).toEqual([409, "below_zero", 2]);
  });

  it("is not received for an unknown SKU", async () => {
    const unknown = await receive(unique("none"), berlin, 1);
    expect([unknown.status, unknown.body.code]).toEqual([404, "unknown_sku"]);
  });
});

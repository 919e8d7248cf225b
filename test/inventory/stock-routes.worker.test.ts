/** Stock as staff moves it and as a checkout sees it: movements, availability, reservations. */
import { beforeAll, describe, expect, it } from "vitest";
import { aChannel, aLocation, aSku, callerWith, unique, type Answer, type Call } from "../support/api";

let staff: Call;
const [berlin, paris, closed, shop] = [unique("berlin"), unique("paris"), unique("closed"), unique("shop")];

beforeAll(async () => {
  staff = await callerWith("reference:write", "stock:read", "stock:write", "reservations:write");
  await staff("PUT", `/v1/locations/${berlin}`, aLocation());
  await staff("PUT", `/v1/locations/${paris}`, aLocation({ latitude: 48.86, longitude: 2.35, priority: 20 }));
  await staff("PUT", `/v1/locations/${closed}`, aLocation({ active: false }));
  await staff("PUT", `/v1/channels/${shop}`, aChannel({ locationIds: [berlin, paris, closed] }));
});

const newSku = async (over = {}, stock: Record<string, number> = {}) => {
  const sku = unique("sku");
  await staff("PUT", `/v1/skus/${sku}`, aSku(over));
  for (const [locationId, quantity] of Object.entries(stock)) await receive(sku, locationId, quantity);
  return sku;
};
const receive = (sku: string, locationId: string, quantity: number, over = {}, headers = {}) =>
  staff("POST", `/v1/skus/${sku}/receipts`, { locationId, quantity, ...over }, headers);
const levels = async (sku: string): Promise<Record<string, [number, number, number]>> => {
  const { body } = await staff("GET", `/v1/skus/${sku}/stock`);
  const rows: { locationId: string; onHand: number; allocated: number; available: number }[] = body.levels;
  return Object.fromEntries(
    rows.map(({ locationId, onHand, allocated, available }) => [locationId, [onHand, allocated, available]]),
  );
};

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
    expect(await levels(sku)).toEqual({ [berlin]: [7, 0, 7] });
    await staff("POST", `/v1/skus/${sku}/counts`, { locationId: berlin, counted: 9 });
    expect(await levels(sku)).toEqual({ [berlin]: [9, 0, 9] });
  });

  it("moves once for each reference, or Idempotency-Key, however often it is told", async () => {
    const sku = await newSku();
    const first = await receive(sku, berlin, 5, { ref: `${sku}-note` });
    const again = await receive(sku, berlin, 5, { ref: `${sku}-note` });
    expect([first.status, again.status]).toEqual([200, 200]);
    const key = { "idempotency-key": unique("key") };
    expect((await receive(sku, berlin, 2, {}, key)).body).toEqual(
      (await receive(sku, berlin, 2, {}, key)).body,
    );
    expect(await levels(sku)).toEqual({ [berlin]: [7, 0, 7] });
    const other = await receive(sku, berlin, 6, { ref: `${sku}-note` });
    expect([other.status, other.body.code]).toEqual([409, "ref_reused"]);
  });

  it("keeps back safety stock", async () => {
    const sku = await newSku({}, { [berlin]: 10 });
    const path = `/v1/skus/${sku}/locations/${berlin}/safety-stock`;
    expect((await staff("PUT", path, { quantity: 4 })).body).toEqual({
      sku,
      locationId: berlin,
      quantity: 4,
    });
    expect(await levels(sku)).toEqual({ [berlin]: [10, 0, 6] });
  });

  it.each([
    ["a location that is none", "receipts", { locationId: "nowhere", quantity: 1 }, 422, "locationId"],
    ["no units", "receipts", { locationId: berlin, quantity: 0 }, 422, "quantity"],
    ["half a unit", "receipts", { locationId: berlin, quantity: 0.5 }, 422, "quantity"],
    ["text for a number", "receipts", { locationId: berlin, quantity: "3" }, 422, "quantity"],
    ["more than can be", "receipts", { locationId: berlin, quantity: 1e12 }, 422, "quantity"],
    ["no change", "adjustments", { locationId: berlin, quantity: 0, reason: "found" }, 422, "quantity"],
    ["no reason", "adjustments", { locationId: berlin, quantity: 1 }, 422, "reason"],
    ["a negative count", "counts", { locationId: berlin, counted: -1 }, 422, "counted"],
  ])("is not moved with %s", async (_what, kind, body, status, path) => {
    const answer = await staff("POST", `/v1/skus/${await newSku()}/${kind}`, body);
    expect([answer.status, answer.body.errors]).toEqual([status, [expect.objectContaining({ path })]]);
  });

  it("is not taken below zero, nor moved for a SKU that is none", async () => {
    const sku = await newSku({}, { [berlin]: 2 });
    const lost = { locationId: berlin, quantity: -3, reason: "lost" };
    const below = await staff("POST", `/v1/skus/${sku}/adjustments`, lost);
    expect([below.status, below.body.code, below.body.onHand]).toEqual([409, "below_zero", 2]);
    const unknown = await receive(unique("none"), berlin, 1);
    expect([unknown.status, unknown.body.code]).toEqual([404, "unknown_sku"]);
  });
});

describe("availability", () => {
  it("sums the channel's active locations, and says which SKUs there are none of", async () => {
    const [sku, none] = [await newSku({}, { [berlin]: 5, [paris]: 3, [closed]: 50 }), unique("none")];
    const { status, body } = await staff(
      "GET",
      `/v1/availability?skus=${sku},${none}&channel=${shop}&strong=1`,
    );
    expect(status).toBe(200);
    expect(body.channelId).toBe(shop);
    expect(body.items).toMatchObject([
      {
        sku,
        known: true,
        available: 8,
        policy: "deny",
        locations: [
          { locationId: berlin, available: 5 },
          { locationId: paris, available: 3 },
        ],
      },
      { sku: none, known: false, available: 0, policy: null, locations: [] },
    ]);
  });

  it("is not told for a channel that is none, nor for too many SKUs", async () => {
    const none = await staff("GET", "/v1/availability?skus=A&channel=none");
    expect([none.status, none.body.errors]).toEqual([422, [expect.objectContaining({ path: "channel" })]]);
    const many = Array.from({ length: 51 }, (_, i) => `S${i}`).join(",");
    expect((await staff("GET", `/v1/availability?skus=${many}&channel=${shop}`)).status).toBe(422);
    expect((await staff("GET", `/v1/availability?channel=${shop}`)).status).toBe(422);
  });
});

describe("a reservation", () => {
  type Lines = { sku: string; quantity: number }[];
  const reserve = (lines: Lines, over: Record<string, unknown> = {}, headers = {}): Promise<Answer> =>
    staff("POST", "/v1/reservations", { channelId: shop, lines, ...over }, headers);

  it("allocations every line, a SKU named twice once, and lets go when told", async () => {
    const [mug, plate] = [await newSku({}, { [berlin]: 5 }), await newSku({}, { [berlin]: 1, [paris]: 4 })];
    const before = Date.now();
    const held = await reserve([
      { sku: mug, quantity: 2 },
      { sku: plate, quantity: 3 },
      { sku: mug, quantity: 1 },
    ]);
    expect(held.status).toBe(201);
    const { id, expiresAt, lines }: { id: string; expiresAt: string; lines: unknown[] } = held.body;
    expect(Date.parse(expiresAt) - before).toBeGreaterThanOrEqual(15 * 60_000);
    expect(Date.parse(expiresAt) - before).toBeLessThan(16 * 60_000);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual({
      sku: mug,
      quantity: 3,
      allocated: [{ locationId: berlin, quantity: 3 }],
      backordered: 0,
      promise: null,
    });
    expect(await levels(mug)).toEqual({ [berlin]: [5, 3, 2] });
    expect(Object.values(await levels(plate)).reduce((sum, [, allocated]) => sum + allocated, 0)).toBe(3);
    expect((await staff("GET", `/v1/reservations/${id}`)).body).toEqual(held.body);

    expect((await staff("DELETE", `/v1/reservations/${id}`)).status).toBe(204);
    expect(await levels(mug)).toEqual({ [berlin]: [5, 0, 5] });
    expect((await staff("DELETE", `/v1/reservations/${id}`)).status).toBe(204);
    expect((await staff("GET", `/v1/reservations/${id}`)).body.status).toBe("voided");
  });

  it("takes nothing where one line is short, and says what of every one", async () => {
    const [mug, plate, cup] = [
      await newSku({}, { [berlin]: 5 }),
      await newSku({}, { [berlin]: 1 }),
      await newSku(),
    ];
    const refused = await reserve([
      { sku: mug, quantity: 2 },
      { sku: plate, quantity: 3 },
      { sku: cup, quantity: 1 },
    ]);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: "insufficient_stock",
      lines: [
        { sku: plate, requested: 3, available: 1 },
        { sku: cup, requested: 1, available: 0 },
      ],
    });
    expect(await levels(mug)).toEqual({ [berlin]: [5, 0, 5] });
    expect(await levels(plate)).toEqual({ [berlin]: [1, 0, 1] });
  });

  it("is the same one for the same token, extended, and changed to what is asked now", async () => {
    const [mug, plate] = [await newSku({}, { [berlin]: 5 }), await newSku({}, { [berlin]: 5 })];
    const token = unique("cart");
    const first = await reserve([{ sku: mug, quantity: 2 }], { token });
    const again = await reserve([{ sku: mug, quantity: 2 }], { token, ttlSeconds: 3_600 });
    expect(again.body.id).toBe(first.body.id);
    expect(Date.parse(again.body.expiresAt)).toBeGreaterThan(Date.parse(first.body.expiresAt));
    expect(await levels(mug)).toEqual({ [berlin]: [5, 2, 3] });

    const changed = await reserve([{ sku: plate, quantity: 4 }], { token });
    expect(changed.body.id).toBe(first.body.id);
    expect(await levels(mug)).toEqual({ [berlin]: [5, 0, 5] });
    expect(await levels(plate)).toEqual({ [berlin]: [5, 4, 1] });
    await reserve([{ sku: plate, quantity: 1 }], { token });
    expect(await levels(plate)).toEqual({ [berlin]: [5, 1, 4] });
  });

  it("is one for one Idempotency-Key, though many ask at once", async () => {
    const mug = await newSku({}, { [berlin]: 5 });
    const headers = { "idempotency-key": unique("key") };
    await Promise.all(Array.from({ length: 8 }, () => reserve([{ sku: mug, quantity: 2 }], {}, headers)));
    expect(await levels(mug)).toEqual({ [berlin]: [5, 2, 3] });
  });

  it("may take more than there is where the SKU's policy is to backorder", async () => {
    const mug = await newSku({ policy: "backorder" }, { [berlin]: 1 });
    const { status, body } = await reserve([{ sku: mug, quantity: 3 }]);
    expect(status).toBe(201);
    expect(body.lines).toMatchObject([{ allocated: [{ locationId: berlin, quantity: 1 }], backordered: 2 }]);
  });

  it("never holds more than there is, whoever asks at once", async () => {
    const mug = await newSku({}, { [berlin]: 3, [paris]: 2 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => reserve([{ sku: mug, quantity: 1 }])));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(5);
    expect(answers.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(7);
  });

  it("allocations near the customer first", async () => {
    const mug = await newSku({}, { [berlin]: 3, [paris]: 3 });
    const shipTo = { countryCode: "DE", latitude: 48.9, longitude: 2.4 };
    const { body } = await reserve([{ sku: mug, quantity: 1 }], { shipTo });
    expect(body.lines).toMatchObject([{ allocated: [{ locationId: paris, quantity: 1 }] }]);
  });

  it.each([
    ["no lines", { lines: [] }, "lines"],
    ["a SKU that is none", { lines: [{ sku: "none-at-all", quantity: 1 }] }, "lines.0.sku"],
    ["a channel that is none", { channelId: "none" }, "channelId"],
    ["two hours", { ttlSeconds: 7_200 }, "ttlSeconds"],
    ["a negative quantity", { lines: [{ sku: "x", quantity: -1 }] }, "lines.0.quantity"],
  ])("is refused for %s", async (_what, over, path) => {
    const { status, body } = await reserve([{ sku: "x", quantity: 1 }], over);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });

  it("is not found where there is none", async () => {
    for (const method of ["GET", "DELETE"]) {
      expect((await staff(method, `/v1/reservations/res_${"0".repeat(26)}`)).status).toBe(404);
      expect((await staff(method, "/v1/reservations/none")).status).toBe(404);
    }
  });
});

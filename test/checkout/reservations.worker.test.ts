/** The routes of reservations: a checkout holds stock before payment. */
import { beforeAll, describe, expect, it } from "vitest";
import { aChannel, aLocation, aSku, callerWith, unique, type Answer, type Call } from "../support/api";

let staff: Call;
const [berlin, paris, closed, shop] = [unique("berlin"), unique("paris"), unique("closed"), unique("shop")];

beforeAll(async () => {
  staff = await callerWith("admin");
  await staff("PUT", `/v1/locations/${berlin}`, aLocation());
  await staff("PUT", `/v1/locations/${paris}`, aLocation({ latitude: 48.86, longitude: 2.35, priority: 20 }));
  await staff("PUT", `/v1/locations/${closed}`, aLocation({ active: false }));
  await staff("PUT", `/v1/channels/${shop}`, aChannel({ locationIds: [berlin, paris, closed] }));
});

const newSku = async (over = {}, stock: Record<string, number> = {}) => {
  const sku = unique("sku");
  await staff("PUT", `/v1/skus/${sku}`, aSku(over));
  for (const [locationId, quantity] of Object.entries(stock)) {
    await staff("POST", `/v1/skus/${sku}/receipts`, { locationId, quantity });
  }
  return sku;
};

type Level = { locationId: string; onHand: number; allocated: number; available: number };
const levelsOf = async (sku: string): Promise<Level[]> => {
  const { body } = await staff("GET", `/v1/skus/${sku}/stock`);
  return body.levels;
};
const berlinOf = async (sku: string): Promise<Partial<Level>> => {
  const { onHand, allocated, available } = (await levelsOf(sku)).find(
    ({ locationId }) => locationId === berlin,
  )!;
  return { onHand, allocated, available };
};

type Lines = { sku: string; quantity: number }[];
const reserve = (lines: Lines, over: Record<string, unknown> = {}, headers = {}): Promise<Answer> =>
  staff("POST", "/v1/reservations", { channelId: shop, lines, ...over }, headers);

describe("a reservation", () => {
  it("holds the units of every line, merges lines of one SKU, and frees them when it is released", async () => {
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
    expect(await berlinOf(mug)).toEqual({ onHand: 5, allocated: 3, available: 2 });
    expect((await levelsOf(plate)).reduce((sum, { allocated }) => sum + allocated, 0)).toBe(3);
    expect((await staff("GET", `/v1/reservations/${id}`)).body).toEqual(held.body);

    expect((await staff("DELETE", `/v1/reservations/${id}`)).status).toBe(204);
    expect(await berlinOf(mug)).toEqual({ onHand: 5, allocated: 0, available: 5 });
    expect((await staff("DELETE", `/v1/reservations/${id}`)).status).toBe(204);
    expect((await staff("GET", `/v1/reservations/${id}`)).body.status).toBe("voided");
  });

  it("holds nothing if a line is short, and returns every short line", async () => {
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
    expect(await berlinOf(mug)).toEqual({ onHand: 5, allocated: 0, available: 5 });
    expect(await berlinOf(plate)).toEqual({ onHand: 1, allocated: 0, available: 1 });
  });

  it("is extended and changed by another request with its token", async () => {
    const [mug, plate] = [await newSku({}, { [berlin]: 5 }), await newSku({}, { [berlin]: 5 })];
    const token = unique("cart");
    const first = await reserve([{ sku: mug, quantity: 2 }], { token });
    const again = await reserve([{ sku: mug, quantity: 2 }], { token, ttlSeconds: 3_600 });
    expect(again.body.id).toBe(first.body.id);
    expect(Date.parse(again.body.expiresAt)).toBeGreaterThan(Date.parse(first.body.expiresAt));
    expect(await berlinOf(mug)).toEqual({ onHand: 5, allocated: 2, available: 3 });

    const changed = await reserve([{ sku: plate, quantity: 4 }], { token });
    expect(changed.body.id).toBe(first.body.id);
    expect(await berlinOf(mug)).toEqual({ onHand: 5, allocated: 0, available: 5 });
    expect(await berlinOf(plate)).toEqual({ onHand: 5, allocated: 4, available: 1 });
    await reserve([{ sku: plate, quantity: 1 }], { token });
    expect(await berlinOf(plate)).toEqual({ onHand: 5, allocated: 1, available: 4 });
  });

  it("is made once for an Idempotency-Key, even by concurrent requests", async () => {
    const mug = await newSku({}, { [berlin]: 5 });
    const headers = { "idempotency-key": unique("key") };
    await Promise.all(Array.from({ length: 8 }, () => reserve([{ sku: mug, quantity: 2 }], {}, headers)));
    expect(await berlinOf(mug)).toEqual({ onHand: 5, allocated: 2, available: 3 });
  });

  it("backorders missing units if the SKU's policy allows it", async () => {
    const mug = await newSku({ policy: "backorder" }, { [berlin]: 1 });
    const { status, body } = await reserve([{ sku: mug, quantity: 3 }]);
    expect(status).toBe(201);
    expect(body.lines).toMatchObject([{ allocated: [{ locationId: berlin, quantity: 1 }], backordered: 2 }]);
  });

  it("never oversells, even with concurrent requests", async () => {
    const mug = await newSku({}, { [berlin]: 3, [paris]: 2 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => reserve([{ sku: mug, quantity: 1 }])));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(5);
    expect(answers.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(7);
  });

  it("is allocated near the customer first", async () => {
    const mug = await newSku({}, { [berlin]: 3, [paris]: 3 });
    const shipTo = { countryCode: "DE", latitude: 48.9, longitude: 2.4 };
    const { body } = await reserve([{ sku: mug, quantity: 1 }], { shipTo });
    expect(body.lines).toMatchObject([{ allocated: [{ locationId: paris, quantity: 1 }] }]);
  });

  it.each([
    { name: "no lines", over: { lines: [] }, path: "lines" },
    {
      name: "an unknown SKU",
      over: { lines: [{ sku: "none-at-all", quantity: 1 }] },
      path: "lines.0.sku",
    },
    { name: "an unknown channel", over: { channelId: "none" }, path: "channelId" },
    { name: "a time of two hours", over: { ttlSeconds: 7_200 }, path: "ttlSeconds" },
    {
      name: "a negative quantity",
      over: { lines: [{ sku: "x", quantity: -1 }] },
      path: "lines.0.quantity",
    },
  ])("is rejected with $name", async ({ over, path }) => {
    const { status, body } = await reserve([{ sku: "x", quantity: 1 }], over);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });

  it("is not found if it does not exist", async () => {
    for (const method of ["GET", "DELETE"]) {
      expect((await staff(method, `/v1/reservations/res_${"0".repeat(26)}`)).status).toBe(404);
      expect((await staff(method, "/v1/reservations/none")).status).toBe(404);
    }
  });
});

/** Concurrent copies of a reservation request: one that is rejected does not release what the other was granted. */
import { beforeAll, describe, expect, it } from "vitest";
import { reserveStock } from "../../src/checkout/reserve-stock";
import { callerWith, unique, type Call } from "../support/api";
import { pausedAllocations } from "../support/paused-allocations";
import { openRetailer, type Retailer } from "../support/retailer";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

function start(retailer: Retailer, token: string) {
  const { context, ...pause } = pausedAllocations(retailer);
  const { channelId, skus } = retailer;
  const lines = skus.map((sku) => ({ sku, quantity: 1 }));
  const request = { channelId, token, lines, retryId: null, shipTo: null, ttlMs: 900_000 };
  return { ...pause, answer: reserveStock(context, request) };
}

const allocated = ({ skus }: Retailer) =>
  Promise.all(
    skus.map(async (sku) => (await call("GET", `/v1/skus/${sku}/stock`)).body.levels[0]?.allocated ?? 0),
  );

describe("a reservation", () => {
  it.each([
    { name: "before", isShortFirst: true },
    { name: "after", isShortFirst: false },
  ])("keeps its units if a copy that allocated $name it is rejected as short", async ({ isShortFirst }) => {
    const retailer = await openRetailer(call, { stock: [[5], [0]] });
    const token = unique("cart");
    const one = start(retailer, token);
    await one.firstAllocated;
    const other = start(retailer, token);
    await other.firstAllocated;
    const [short, held] = isShortFirst ? [one, other] : [other, one];
    short.allocateSecond();
    expect(await short.answer).toMatchObject({ ok: false, rejection: { code: "insufficient_stock" } });
    const receipt = { locationId: retailer.locationIds[0], quantity: 1, ref: unique("po") };
    await call("POST", `/v1/skus/${retailer.skus[1]}/receipts`, receipt);
    held.allocateSecond();
    expect(await held.answer).toMatchObject({ ok: true });
    expect(await allocated(retailer)).toEqual([1, 1]);
  });

  it("holds nothing when it is rejected, also if it held units before", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [0]] });
    const token = unique("cart");
    const reserve = (skus: readonly string[]) =>
      call("POST", "/v1/reservations", {
        channelId: retailer.channelId,
        token,
        lines: skus.map((sku) => ({ sku, quantity: 1 })),
      });
    expect((await reserve(retailer.skus)).status).toBe(409);
    expect(await allocated(retailer)).toEqual([0, 0]);
    expect((await reserve(retailer.skus.slice(0, 1))).status).toBe(201);
    expect((await reserve(retailer.skus)).status).toBe(409);
    expect(await allocated(retailer)).toEqual([0, 0]);
  });
});

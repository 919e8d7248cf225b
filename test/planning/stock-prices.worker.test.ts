/** Stock prices at the SKUs' objects: published in any order, the last found are kept, and returned while fresh. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { setStockPrices } from "../../src/inventory/set-stock-prices";
import { allocationOf, inventory, stocked } from "../inventory/inventory-world";

const HOUR = 3_600_000;
const context = createContext(env, createExecutionContext(), "test");

const publish = (sku: string, foundAt: number, minorByLocation: Record<string, number>) =>
  setStockPrices(context, { type: "stock.prices.v1", foundAt, minorBySku: { [sku]: minorByLocation } });

let lines = 0;
async function pricesFromAllocation(sku: string, now: number) {
  lines += 1;
  const allocated = await inventory.allocate(sku, allocationOf({ holder: `line_${lines}`, now }));
  if (!allocated.ok) throw new Error(allocated.rejection.code);
  const { stockPrices, stockPricesFoundAt } = allocated.value;
  return { stockPrices, stockPricesFoundAt };
}

it("are returned with an allocation: those found last, whichever are published last", async () => {
  const now = Date.now();
  await stocked("PRICED", { east: 9 });
  expect(await pricesFromAllocation("PRICED", now)).toEqual({
    stockPrices: undefined,
    stockPricesFoundAt: undefined,
  });
  await publish("PRICED", now - 2 * HOUR, { east: 300 });
  await publish("PRICED", now - HOUR, { east: 250, west: 10 });
  await publish("PRICED", now - 2 * HOUR, { east: 300 });
  await publish("PRICED", now - HOUR, { east: 250, west: 10 });
  const found = { stockPrices: { east: 250, west: 10 }, stockPricesFoundAt: now - HOUR };
  expect(await pricesFromAllocation("PRICED", now)).toEqual(found);
  await publish("PRICED", now, {});
  expect(await pricesFromAllocation("PRICED", now)).toEqual({ stockPrices: {}, stockPricesFoundAt: now });
});

it("are not returned a day after they were found", async () => {
  const now = Date.now();
  await stocked("STALE", { east: 9 });
  await publish("STALE", now - 24 * HOUR + 60_000, { east: 300 });
  expect(await pricesFromAllocation("STALE", now)).toMatchObject({ stockPrices: { east: 300 } });
  expect(await pricesFromAllocation("STALE", now + 2 * 60_000)).toEqual({
    stockPrices: undefined,
    stockPricesFoundAt: undefined,
  });
});

it("are ignored for a SKU that its object does not know", async () => {
  await publish("NOBODYS", Date.now(), { east: 1 });
  expect(await inventory.readStock("NOBODYS")).toMatchObject({ ok: false });
});

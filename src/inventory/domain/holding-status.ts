/** The end of a pending holding: its order exists, or its units are released. */
import type { Holder } from "./allocation-request";
import type { Allocation, Holding } from "./holding";
import { holdingOf, unallocateAll, withHolding, type Stock } from "./sku-stock";
import { reportUnits } from "./line-events";

/** The holding's order exists: it no longer expires, and unreported units are published. A repeat changes nothing. */
export function confirm(stock: Stock, holder: Holder, at: number): Stock {
  const holding = holdingOf(stock, holder);
  if (holding.status !== "pending") return stock;
  const allocations = withoutUnreported(holding);
  const confirmed = { ...holding, allocations, status: "confirmed" as const, expiresAt: null, dueAt: null };
  // Cuts first: units filled at one location may be those that were cut at another.
  return holding.allocations
    .toSorted((a, b) => a.unreported - b.unreported)
    .reduce(
      (next, { locationId, unreported }) => reportUnits(next, holder, { locationId, units: unreported, at }),
      withHolding(stock, confirmed),
    );
}

/** Releases all units of a pending holding. A confirmed one stays: only its order releases units, by an effect. */
export function releaseHolding(stock: Stock, holder: Holder, reason: "voided" | "expired"): Stock {
  const holding = holdingOf(stock, holder);
  if (holding.status !== "pending") return stock;
  const next = unallocateAll(stock, holding);
  const allocations = withoutUnreported(holdingOf(next, holder));
  return withHolding(next, {
    ...holding,
    allocations,
    status: reason,
    backordered: 0,
    expiresAt: null,
    dueAt: null,
  });
}

const withoutUnreported = ({ allocations }: Holding): Allocation[] =>
  allocations.map((allocation) => ({ ...allocation, unreported: 0 }));

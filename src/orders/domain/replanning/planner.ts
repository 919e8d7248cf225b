/**
 * What a stored order's units would cost from elsewhere: the same optimum that takes orders in, over what the
 * order has planned and what is free beside it.
 */
import type { LineId } from "../../../kernel/ids";
import type { LineToPlan, ReplanProblem, UnitsAt } from "./problem";
import type {
  SkuSupply,
  SourcingNetwork,
  SourcingRequest,
  SourcingProblem,
} from "../../../sourcing/domain/problem";
import { shareAmongLines } from "../../../sourcing/domain/share-lines";
import { sourceOrder } from "../../../sourcing/domain/source-order";
import { standingDecision } from "../../../sourcing/domain/standing-plan";
import type { StockOfLine } from "../../../inventory/domain/stock-reading";

export type Replanning = Readonly<{
  network: SourcingNetwork;
  request: SourcingRequest;
  skus: ReadonlyMap<LineId, string>;
  stock: ReadonlyMap<LineId, StockOfLine>;
}>;

export function plannerOf(given: Replanning): Pick<ReplanProblem, "plan" | "isWorthIt"> {
  const { gainThresholdMinor } = given.request.channel.sourcing;
  return {
    plan: (lines, locations) => {
      const problem = problemOf(given, lines, locations);
      const { parcels } = sourceOrder(problem);
      return shareAmongLines(withSkus(given, lines), parcels, []) as readonly UnitsAt[];
    },
    isWorthIt: (standing, other, lines) => {
      const locations = [...standing, ...other].map(({ locationId }) => locationId);
      const problem = problemOf(given, lines, locations);
      const best = sourceOrder(problem);
      const stands = standingDecision(problem, withSkus(given, lines), standing, best);
      const planned = standingDecision(problem, withSkus(given, lines), other, best);
      if (planned === null) return false;
      return stands === null || stands.costMinor - planned.costMinor > gainThresholdMinor;
    },
  };
}

const withSkus = ({ skus }: Replanning, lines: readonly LineToPlan[]) =>
  lines.flatMap(({ lineId, quantity }) => {
    const sku = skus.get(lineId);
    return sku === undefined ? [] : [{ lineId, sku, quantity }];
  });

/** Lines of one SKU share what is free of it; what each holds it brings with it. */
function problemOf(
  { network, request, skus, stock }: Replanning,
  lines: readonly LineToPlan[],
  locations: readonly string[],
): SourcingProblem {
  const supply: Record<string, SkuSupply> = {};
  for (const { lineId, quantity, free } of lines) {
    const [sku, known] = [skus.get(lineId), stock.get(lineId)];
    if (sku === undefined || known === undefined) continue;
    const { weightGrams, volumeMm3, hazardous, oversize } = known.facts;
    const before = supply[sku];
    const shared = { ...(before?.free ?? known.free) };
    for (const [locationId, units] of Object.entries(free)) {
      shared[locationId] = (shared[locationId] ?? 0) + units - (known.free[locationId] ?? 0);
    }
    supply[sku] = {
      quantity: (before?.quantity ?? 0) + quantity,
      weightGrams,
      volumeMm3,
      hazardous,
      oversize,
      free: shared,
      stockPrices: known.stockPrices ?? {},
    };
  }
  const among = network.locations.filter(({ id }) => locations.includes(id));
  return { request, network: { ...network, locations: among, capacityLeft: {} }, supply };
}

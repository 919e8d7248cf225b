/**
 * Plans the units of a stored order with the same optimizer that sources new orders: over the units that the order has
 * planned and the stock that is free beside them.
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
import { decisionOfPlan } from "../../../sourcing/domain/current-plan";
import type { StockOfLine } from "../../../inventory/domain/stock-reading";

export type PlannerInput = Readonly<{
  network: SourcingNetwork;
  request: SourcingRequest;
  skus: ReadonlyMap<LineId, string>;
  stock: ReadonlyMap<LineId, StockOfLine>;
}>;

export function plannerOf(input: PlannerInput): Pick<ReplanProblem, "plan" | "isWorthIt"> {
  const { gainThresholdMinor } = input.request.channel.sourcing;
  return {
    plan: (lines, locations) => {
      const problem = problemOf(input, lines, locations);
      const { parcels } = sourceOrder(problem);
      return shareAmongLines(withSkus(input, lines), parcels, []) as readonly UnitsAt[];
    },
    isWorthIt: (current, other, lines) => {
      const locations = [...current, ...other].map(({ locationId }) => locationId);
      const problem = problemOf(input, lines, locations);
      const best = sourceOrder(problem);
      const ofCurrent = decisionOfPlan(problem, withSkus(input, lines), current, best);
      const ofOther = decisionOfPlan(problem, withSkus(input, lines), other, best);
      if (ofOther === null) return false;
      return ofCurrent === null || ofCurrent.costMinor - ofOther.costMinor > gainThresholdMinor;
    },
  };
}

const withSkus = ({ skus }: PlannerInput, lines: readonly LineToPlan[]) =>
  lines.flatMap(({ lineId, quantity }) => {
    const sku = skus.get(lineId);
    return sku === undefined ? [] : [{ lineId, sku, quantity }];
  });

/** Lines of one SKU share its free stock, and each adds the units that it has allocated. */
function problemOf(
  { network, request, skus, stock }: PlannerInput,
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

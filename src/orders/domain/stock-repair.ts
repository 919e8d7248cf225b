/**
 * Repairs an order that differs from its stock, after both changed concurrently: the order adopts the allocations that
 * stock holds, and releases those that it does not need.
 */
import type { LineId } from "../../kernel/ids";
import type { AllocationDifference } from "./allocation-differences";
import { decideInTurn } from "./evolve/evolve";
import type { OrderEvent } from "./order-events";
import { lineOf, type Order } from "./order";
import { decideCut, decideFill } from "./stock-events";

/**
 * Plans the line's units where stock holds them. First, units that stock does not hold are backordered. Then units
 * that it holds elsewhere are planned there, or released if the line has no backorder.
 */
export const decideMatchAllocations = (
  order: Order,
  differences: readonly AllocationDifference[],
  now: number,
): OrderEvent[] =>
  decideInTurn(order, [
    ...differences.map((difference) => (before: Order) => {
      const { locationId, expected, actual } = difference;
      if (locationId === null || actual >= expected) return [];
      return decideCut(before, { ...difference, locationId, quantity: expected - actual });
    }),
    ...differences.map((difference) => (before: Order) => {
      const { locationId, expected, actual } = difference;
      if (locationId === null || actual <= expected) return [];
      return decideFill(before, { ...difference, locationId, quantity: actual - expected }, now, "repair");
    }),
  ]);

/**
 * Matches the allocations of a line, and then its backorder: stock's backorder beyond the order's is released. Only for
 * a line with no effect or event under way between order and stock.
 *
 * @param line `backordered`: what stock has backordered for it.
 */
export const decideRepair = (
  order: Order,
  line: Readonly<{ lineId: LineId; backordered: number; differences: readonly AllocationDifference[] }>,
  now: number,
): OrderEvent[] =>
  decideInTurn(order, [
    (before) => decideMatchAllocations(before, line.differences, now),
    (before) => {
      const quantity = line.backordered - lineOf(before, line.lineId).backordered;
      if (quantity <= 0) return [];
      const { lineId } = line;
      return [{ type: "allocation.released", lineId, locationId: null, quantity, reason: "repair" }];
    },
  ]);

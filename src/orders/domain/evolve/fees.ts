/** Fees have no parcel of their own: they count as shipped with the last of the goods. */
import { goodsOf, hasOpenUnits, type Order } from "../order";
import type { OrderLine } from "../order-line";

/** The order with its fees shipped, if they are earned; else with open fees. */
export function withFeesSettled(order: Order): Order {
  if (order.lines.every(({ kind }) => kind !== "fee")) return order;
  const isDone = areFeesEarned(order);
  return { ...order, lines: order.lines.map((line) => (line.kind === "fee" ? settled(line, isDone) : line)) };
}

/** When all goods are gone and some of them were shipped. An order of fees alone earns them when it is paid. */
function areFeesEarned(order: Order): boolean {
  const goods = goodsOf(order);
  if (goods.every(({ kind }) => kind === "fee")) return order.capturedMinor > 0 || order.totalMinor === 0;
  return !hasOpenUnits(order) && goods.some(({ shipped }) => shipped > 0);
}

/** What was refunded of a shipped fee stays shipped and returned. */
function settled(line: OrderLine, isDone: boolean): OrderLine {
  const kept = line.ordered - line.cancelled;
  const shipped = isDone ? kept : line.returned;
  return shipped === line.shipped ? line : { ...line, shipped, allocated: kept - shipped };
}

/**
 * Compares what a SKU's object has done since a minute with the orders as a restored database has them. Pure.
 *
 * The object's holding keeps the reference of each effect that was applied to it, and a reference names the commit that
 * caused it. A commit that the database does not have is lost. Of a lost commit, the shipments and returns are undone in the
 * object, by the quantities and values of their own movements: so stock, orders and books agree again as the order has it,
 * and the units stay allocated to the line. The order is held, because the parcels have left.
 */
import type { StockEffect } from "../../inventory/domain/stock-messages";
import type { JournaledHolding } from "../../inventory/domain/journal";
import { placeOfEvent } from "../../inventory/domain/checkpoint";
import { liveUnits } from "../../inventory/domain/holding";
import { followingKey, type LineId, type OrderId } from "../../kernel/ids";
import { allocationDifferences, expectedAllocations } from "../../orders/domain/allocation-differences";
import { commitKey, commitOfKey, type Commit } from "../../orders/domain/commit-key";
import { hasOpenUnits, type Order } from "../../orders/domain/order";
import { finding, type Finding } from "./findings";

/** A movement of units that an order's commit caused, by its reference. */
export type OrderMovement = Readonly<{
  kind: "ship" | "restock";
  locationId: string;
  quantity: number;
  valueMinor: number;
  at: number;
}>;

export type HoldingsToCompare = Readonly<{
  sku: string;
  holdings: readonly JournaledHolding[];
  movements: ReadonlyMap<string, OrderMovement>;
}>;

/** What the database has: orders, and the keys of those commits that the holdings name. */
export type StoredOrders = Readonly<{
  orders: ReadonlyMap<OrderId, Order>;
  commits: ReadonlySet<string>;
}>;

export type UndoEffect = Extract<StockEffect, { type: "unship" | "unrestock" }>;

/** An order to hold, and what it has lost. */
export type LostCommits = Readonly<{ orderId: OrderId; reasons: readonly string[] }>;

/** How many events of the line's stock its order has applied, or has in the state that it adopts. */
export type AppliedEvents = Readonly<{
  orderId: OrderId;
  lineId: LineId;
  sku: string;
  generation: number;
  number: number;
}>;

export type Compared = Readonly<{
  undo: readonly UndoEffect[];
  lost: readonly LostCommits[];
  /** Named for a person: units that no order has, and shipments that their order does not have. */
  findings: readonly Finding[];
  applied: readonly AppliedEvents[];
  /** Orders to compare with their stock once more, which adopt what it holds for them. */
  repair: readonly OrderId[];
}>;

type LineHolding = JournaledHolding & Readonly<{ holder: LineId; orderId: OrderId }>;

/** A reservation, or a line of an order. */
export const isLineHolding = (holding: JournaledHolding): holding is LineHolding =>
  holding.orderId !== null && holding.holder.startsWith("line_");

/** The commits since then that the holding names. */
export const commitsSince = ({ orderId, refs }: JournaledHolding, since: number): Commit[] =>
  orderId === null
    ? []
    : refs.flatMap((ref) => {
        const commit = commitOfKey(orderId, ref);
        return commit && commit.at >= since ? [commit] : [];
      });

export function compareHoldings(
  { sku, holdings, movements }: HoldingsToCompare,
  stored: StoredOrders,
  { since, now }: Readonly<{ since: number; now: number }>,
): Compared {
  const lines = holdings
    .filter(isLineHolding)
    .map((holding) => compareLine({ sku, holding, movements }, stored, { since, now }));
  return {
    undo: lines.flatMap(({ undo }) => undo),
    lost: lines.flatMap(({ lost }) => lost),
    findings: lines.flatMap(({ findings }) => findings),
    applied: lines.flatMap(({ applied }) => applied),
    repair: [...new Set(lines.flatMap(({ repair }) => repair))],
  };
}

type LineToCompare = Readonly<{
  sku: string;
  holding: LineHolding;
  movements: ReadonlyMap<string, OrderMovement>;
}>;

function compareLine(
  given: LineToCompare,
  { orders, commits }: StoredOrders,
  { since, now }: Readonly<{ since: number; now: number }>,
): Compared {
  const { sku, holding } = given;
  const { orderId, holder } = holding;
  const lost = holding.refs.flatMap((ref) => {
    const commit = commitOfKey(orderId, ref);
    const isLost =
      commit !== null &&
      commit.at >= since &&
      !ref.includes("#") &&
      !commits.has(commitKey(orderId, commit.version, commit.at));
    return isLost ? [{ ref, commit }] : [];
  });
  const undo = undoOf(given, lost, now);
  const order = orders.get(orderId);
  const line = order?.lines.find((each) => each.id === holder && each.sku === sku);
  if (order === undefined || line === undefined) {
    return {
      ...NOTHING,
      undo,
      findings: orphanOf(given, undo, order === undefined ? "missing" : "without line"),
    };
  }
  const expected = expectedAllocations(order).filter((each) => each.lineId === holder && each.sku === sku);
  const held = [...unitsAt(holding, undo)].map(([locationId, quantity]) => ({
    ...({ holder, orderId, status: "confirmed", expiresAt: null } as const),
    locationId,
    quantity,
  }));
  const differs = allocationDifferences(expected, held).length > 0;
  const shipments = undo.filter(({ type }) => type === "unship");
  // An order with open units is compared with its stock by the sweep, and gives back what it does not need.
  const surplus = differs && !hasOpenUnits(order) ? orphanOf(given, undo, "needs nothing") : [];
  return {
    undo,
    lost: lost.length === 0 ? [] : [{ orderId, reasons: reasonsOf(given, lost) }],
    findings: [...surplus, ...shipments.map((shipment) => lostShipment(sku, shipment, given))],
    applied: appliedEvents(given),
    repair: differs || lost.length > 0 ? [orderId] : [],
  };
}

const NOTHING: Compared = { undo: [], lost: [], findings: [], applied: [], repair: [] };

type LostRef = Readonly<{ ref: string; commit: Commit }>;

/** One that was undone before is not undone again. */
function undoOf({ holding, movements }: LineToCompare, lost: readonly LostRef[], now: number): UndoEffect[] {
  return lost.flatMap(({ ref }): UndoEffect[] => {
    const moved = movements.get(ref);
    const undone = undoRef(ref);
    if (moved === undefined || holding.refs.includes(undone)) return [];
    return [undoEffect(ref, moved, { orderId: holding.orderId, lineId: holding.holder, now })];
  });
}

/** The reference of the effect that undoes the one of the reference. */
export const undoRef = (ref: string): string => followingKey(ref, "undone");

export function undoEffect(
  ref: string,
  { kind, locationId, quantity, valueMinor }: OrderMovement,
  { orderId, lineId, now }: Readonly<{ orderId: OrderId; lineId: LineId; now: number }>,
): UndoEffect {
  const units = Math.abs(quantity);
  return {
    type: kind === "ship" ? "unship" : "unrestock",
    ref: undoRef(ref),
    orderId,
    lineId,
    locationId,
    quantity: units,
    unitCostMinor: Math.abs(valueMinor) / units,
    at: now,
  };
}

/** Units by location, or as a backorder under null, once the shipments are undone. */
function unitsAt(holding: JournaledHolding, undo: readonly UndoEffect[]): Map<string | null, number> {
  const units = new Map<string | null, number>();
  const add = (at: string | null, quantity: number) => {
    if (quantity > 0) units.set(at, (units.get(at) ?? 0) + quantity);
  };
  for (const { locationId, live } of holding.allocations) add(locationId, live);
  for (const { type, locationId, quantity } of undo) if (type === "unship") add(locationId, quantity);
  add(null, holding.backordered);
  return units;
}

/** A pending holding expires by itself unless its order comes. */
function orphanOf(
  { sku, holding }: LineToCompare,
  undo: readonly UndoEffect[],
  order: keyof typeof WITHOUT_ORDER,
): Finding[] {
  const { holder, orderId, status } = holding;
  const units = [...unitsAt(holding, undo)];
  const left = undo.filter(({ type }) => type === "unship");
  if (status !== "confirmed" || units.length === 0) return [];
  const parts = [
    `${textOf(units)} of ${sku} are held for the order ${orderId}, ${WITHOUT_ORDER[order]}`,
    ...left.map(({ quantity, locationId }) => `${quantity} of them have left ${locationId}`),
  ];
  return [
    finding("allocation_without_order", `${sku} ${holder}`, {
      orderId,
      detail: `${parts.join("; ")}.`,
      facts: {
        sku,
        lineId: holder,
        units,
        left: left.map(({ locationId, quantity }) => [locationId, quantity]),
      },
    }),
  ];
}

const WITHOUT_ORDER = {
  missing: "which the database does not have",
  "without line": "which does not have the line",
  "needs nothing": "which needs no units any more",
} as const;

const textOf = (units: readonly (readonly [string | null, number])[]): string =>
  units.map(([at, quantity]) => `${quantity} ${at === null ? "backordered" : `at ${at}`}`).join(", ");

function lostShipment(sku: string, shipment: UndoEffect, { movements }: LineToCompare): Finding {
  const { ref, orderId, lineId, locationId, quantity } = shipment;
  const at = [...movements].find(([moved]) => undoRef(moved) === ref)?.[1].at ?? shipment.at;
  return finding("shipment_lost", ref, {
    orderId,
    detail: `${quantity} of ${sku} left ${locationId} at ${timeText(at)}, and the order ${orderId} does not have the shipment: record it again.`,
    facts: { sku, lineId, locationId, quantity, at },
  });
}

function reasonsOf({ sku, movements }: LineToCompare, lost: readonly LostRef[]): string[] {
  return lost.map(({ ref, commit }) => {
    const moved = movements.get(ref);
    const what =
      moved === undefined
        ? `Stock of ${sku} was changed`
        : moved.kind === "ship"
          ? `${Math.abs(moved.quantity)} of ${sku} left ${moved.locationId}`
          : `${moved.quantity} of ${sku} came back to ${moved.locationId}`;
    return `${what} by version ${commit.version} of ${timeText(commit.at)}, which the database has lost.`;
  });
}

export const timeText = (at: number): string => new Date(at).toISOString();

/** Events that no longer wait for delivery are in the state that the order adopts. */
function appliedEvents({ sku, holding }: LineToCompare): AppliedEvents[] {
  const { eventCount, undelivered, orderId, holder: lineId } = holding;
  if (eventCount === 0) return [];
  const { generation, place } = placeOfEvent(eventCount);
  const number = place - undelivered;
  return number > 0 ? [{ orderId, lineId, sku, generation, number }] : [];
}

/** Whether the holding has something that an order must know of. */
export const holdsUnits = (holding: JournaledHolding): boolean =>
  liveUnits(holding) + holding.backordered > 0 || holding.refs.length > 0 || holding.eventCount > 0;

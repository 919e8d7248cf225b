/**
 * Messages between an order and the stock of its SKUs.
 *
 * An order and a SKU's object commit separately, so each sends the other messages:
 *
 * - **Effects** go from the order to the object: ship, release, reject, move, serve, restock. The order's outbox
 *   sends each at least once, in any order. The object applies an effect once for each `ref`, and rejects
 *   none but those of which it can no longer know whether it has applied them (`EffectTooOld`).
 *   After a restore of the orders database, `unship` and `unrestock` undo effects of commits that it has lost.
 * - **Events** go from the object to the order: the object filled a backorder, cut an allocation, or moved units.
 *   The object's event outbox sends each until the consumer is done (`forgetEvents`); until then it is undelivered.
 *   The events of one line have consecutive numbers; the order applies them in this order, once for each `id`.
 * - **Snapshots** go from the object to the database. A lost or stale one does no harm: see publish-snapshot.ts.
 *
 * An effect and an event of one line may cross, and effects may overtake each other. The two sides can then disagree,
 * so each detects when that may be the case:
 *
 * - The object returns `needsRepair` for an effect if the line has fewer units than the effect takes, if the line has
 *   undelivered events, or if the effect is a repeat (the first result may be lost).
 * - The order marks itself for repair when it applies an event while effects of its own are under way.
 *
 * A repair compares the order with its stock line by line. It waits until no effect and no event is under way.
 */
import { compositeKey, type FulfillmentId, type LineId, type OrderId } from "../../kernel/ids";
import type { Movement } from "./movement";

/** What an order does to stock after it was created. */
export type StockEffect =
  | Readonly<{
      type: "ship";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      /** The cost the order's entry posts, so that stock and books change by the same value. */
      unitCostMinor: number;
      /** Shipped from a vendor's stock, which has no value in our books. */
      vendorOwned?: boolean;
      at: number;
    }>
  | Readonly<{
      /** The order no longer needs the units. Null location: units of the backorder. */
      type: "release";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string | null;
      quantity: number;
      at: number;
    }>
  | Readonly<{
      /** The location refuses to send the units: they are backordered again, to be filled from another location. */
      type: "reject";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      /** Why the location cannot send them, if stock is to be corrected by it. */
      shortfall?: Shortfall | null;
      at: number;
    }>
  | Readonly<{
      /**
       * Moves units from one location to another, as many as `to` has free, or to the backorder if `to` is null.
       * The event `allocation.moved` reports the result.
       */
      type: "move";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      from: string;
      to: string | null;
      quantity: number;
      /** Units at `from` that are released to the location already, and stay. */
      keep: number;
      /** Where the line may be filled from now on, best location first. */
      locations: readonly string[];
      /** The fulfillment that waits for the result. */
      fulfillmentId: FulfillmentId;
      at: number;
    }>
  | Readonly<{
      /** The line's backorder is filled from these locations only, best location first. */
      type: "serve";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locations: readonly string[];
      at: number;
    }>
  | Readonly<{
      /**
       * The order no longer has the shipment, because its database was restored to an earlier time: until it is recorded
       * again, the units are allocated to the line and on hand, as the order and the books have it.
       */
      type: "unship";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      /** What a unit of the shipment took off the value of stock. */
      unitCostMinor: number;
      at: number;
    }>
  | Readonly<{
      /**
       * The order no longer has the return, for the same reason: its units are taken off stock. Units that are allocated
       * again by now stay, and are posted as counted.
       */
      type: "unrestock";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      unitCostMinor: number;
      at: number;
    }>
  | Readonly<{
      /** Returned units are on hand again. */
      type: "restock";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      unitCostMinor: number;
      at: number;
    }>;

/** What identifies an effect in its SKU's object. */
export type EffectRef = Pick<StockEffect, "ref" | "lineId" | "at">;

/** `out_of_stock`: the location has neither the units nor a free one. `damaged`: it has them, and cannot send them. */
export type Shortfall = "out_of_stock" | "damaged";

export type EffectApplied = Readonly<{ needsRepair: boolean }>;

/**
 * The effect is older than the history that its SKU's object keeps, and its `ref` is not known: whether it was applied
 * can no longer be found out. A person must decide.
 */
export type EffectTooOld = Readonly<{ code: "effect_too_old"; ref: string; keptSince: number }>;

export const tooOld = (
  { foldedBefore }: Readonly<{ foldedBefore: number }>,
  { ref }: StockEffect,
): EffectTooOld => ({ code: "effect_too_old", ref, keptSince: foldedBefore });

/** What a SKU's object decided by itself. */
export type StockEvent =
  | Readonly<{
      type: "backorder.filled";
      id: string;
      /** Counts the events of the line's holding: from 1, or from a higher number if history was folded before. */
      number: number;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      at: number;
    }>
  | Readonly<{
      /** The location has fewer units than were allocated there: these are backordered again. */
      type: "allocation.cut";
      id: string;
      number: number;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      at: number;
    }>
  | Readonly<{
      /** Result of the effect `move`. Quantity zero: nothing was moved. Null `to`: the units are backordered. */
      type: "allocation.moved";
      id: string;
      number: number;
      orderId: OrderId;
      lineId: LineId;
      from: string;
      to: string | null;
      quantity: number;
      fulfillmentId: FulfillmentId;
      at: number;
    }>
  | Readonly<{
      /** A movement that no order's entry posts: a receipt, an adjustment, a count or a revaluation. */
      type: "stock.moved";
      id: string;
      movement: Movement;
    }>;

/** Id of the `number`th event that a SKU's object publishes for a line. */
export const stockEventId = (sku: string, lineId: LineId, number: number): string =>
  compositeKey(sku, lineId, number);

/** Id of the event of a movement, and of its journal entry. `ref` is a key itself, which begins like no line's id. */
export const movementEventId = (sku: string, ref: string): string => `${compositeKey(sku)}/${ref}`;

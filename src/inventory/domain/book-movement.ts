/** Books movements of stock: changes on hand, value and the journal of movements together. */
import { invariant } from "../../kernel/invariant";
import type { Movement } from "./movement";
import { levelAt, withLevel, type Stock } from "./sku-stock";
import { movementEventId, type StockEvent } from "./stock-messages";

/**
 * An order's entry posts what is shipped and restocked, so these movements publish no event. They move the value that
 * the order has posted, even if the location's owner has changed since. Other movements of a vendor's stock have no
 * value.
 */
export function bookMovement(stock: Stock, moved: Movement): Stock {
  const isPostedByOrder = moved.kind === "ship" || moved.kind === "restock";
  const hasValue =
    isPostedByOrder || moved.locationId === null || !levelAt(stock, moved.locationId).vendorOwned;
  const movement = hasValue ? moved : { ...moved, valueMinor: 0 };
  const id = movementEventId(stock.facts.sku, movement.ref);
  const event: StockEvent = { type: "stock.moved", id, movement };
  const booked = {
    ...stock,
    valueMinor: stock.valueMinor + movement.valueMinor,
    movements: [...stock.movements, movement],
    events: isPostedByOrder ? stock.events : [...stock.events, event],
  };
  if (movement.locationId === null) return booked;
  const level = levelAt(stock, movement.locationId);
  return withLevel(booked, { ...level, onHand: level.onHand + movement.quantity });
}

/** Books the difference between the value and on hand × unit cost, whatever cost earlier movements had. */
export function revalue(stock: Stock, ref: string, at: number): Stock {
  const valueMinor = valueOf(ownUnits(stock), stock.facts.unitCostMinor) - stock.valueMinor;
  invariant(Number.isSafeInteger(valueMinor), "the value of stock is a safe integer");
  if (valueMinor === 0) return stock;
  const reason = "cost_changed";
  return bookMovement(stock, { ref, kind: "revalue", locationId: null, quantity: 0, valueMinor, reason, at });
}

/** Units on hand that are not a vendor's. */
export const ownUnits = ({ levels }: Pick<Stock, "levels">): number =>
  [...levels.values()].reduce((sum, { onHand, vendorOwned }) => (vendorOwned ? sum : sum + onHand), 0);

/** Value of a signed quantity, in the currency of the cost; never −0. */
export const valueOf = (quantity: number, unitCostMinor: number): number => quantity * unitCostMinor + 0;

/** From now on the location's stock belongs to a vendor, or to us again. */
export function withOwner(stock: Stock, locationId: string, vendorOwned: boolean): Stock {
  const level = levelAt(stock, locationId);
  return (level.vendorOwned ?? false) === vendorOwned ? stock : withLevel(stock, { ...level, vendorOwned });
}

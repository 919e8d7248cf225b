/**
 * Units that the storefront does not have any more, or not as they are here: it has cancelled the order, an edit has
 * removed them, or they have another SKU or another destination. Units that a location is preparing are not taken: the
 * location is asked to stop, and they are taken when it gives them back.
 */
import type { Address } from "../../../kernel/address";
import { unitsCancelled } from "../cancellation";
import { isBeingPrepared } from "../fulfillments/fulfillment";
import { unreleasedUnits } from "../fulfillments/units-at";
import type { NewOrder, NewOrderLine } from "../new-order";
import type { OrderEvent } from "../order-events";
import { linesOf, type Order } from "../order";
import { needsStock, type OrderLine, type UnitsOfLine } from "../order-line";
import type { RefundRules } from "../payments/refunds";
import { externalLineIds, isEnded, unitsLeft, unitsLeftThere } from "./units-left";

/** Cancels every unit that no location is preparing, if the storefront has cancelled the order, or it is a test. */
export function decideEnded(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  if (!isEnded(incoming)) return [];
  const reason = incoming.isTest
    ? "A test of the checkout"
    : (incoming.cancelReason ?? "Cancelled at the storefront");
  return cancelled(order, unreleased(order, order.lines), reason, rules);
}

/** Cancels units that are left here and not at the storefront. Lines that edits added lose theirs first. */
export function decideRemovedUnits(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  const units = externalLineIds(order).flatMap((externalId) => {
    const there = Math.max(0, unitsLeftThere(incoming, externalId));
    let excess = Math.max(0, unitsLeft(order, externalId) - there);
    return linesOf(order, externalId)
      .toReversed()
      .flatMap((line): UnitsOfLine[] => {
        const quantity = Math.min(excess, withdrawable(order, line));
        excess -= quantity;
        return quantity > 0 ? [{ lineId: line.id, quantity }] : [];
      });
  });
  return cancelled(order, units, "Removed at the storefront", rules);
}

/** Cancels units whose line has another SKU or kind now. They are added again as what they are now. */
export function decideOtherGoods(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  const changed = order.lines.filter((line) => {
    const there = incoming.lines.find(({ externalId }) => externalId === line.externalId);
    return there !== undefined && !isSameGoods(line, there);
  });
  return cancelled(
    order,
    unitsOf(changed, (line) => withdrawable(order, line)),
    "Another SKU at the storefront",
    rules,
  );
}

/**
 * Cancels units that go elsewhere now. They are added again, and sourced for their new destination. None while a
 * location prepares a parcel: until it gives the units back, the order keeps its address.
 */
export function decideOtherDestination(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  if (!isDestinationChanged(order, incoming) || order.fulfillments.some(isBeingPrepared)) return [];
  const goods = order.lines.filter((line) => needsStock(line) && line.sku !== null);
  return cancelled(order, unreleased(order, goods), "Another destination at the storefront", rules);
}

/** Whether the storefront still sells the line as what it was when it was stored: by SKU and kind. */
export const isSameGoods = (line: OrderLine, there: NewOrderLine): boolean =>
  line.storefrontSku === there.sku && line.storefrontKind === there.kind;

type Destination = Pick<NewOrder, "shippingAddress" | "pickupLocationId">;

/** Whether the change decides from where the order is sent: not a name, a street or a phone number. */
function isDestinationChanged(order: Destination, incoming: Destination): boolean {
  const [before, after] = [order, incoming].map(({ shippingAddress, pickupLocationId }) =>
    JSON.stringify([place(shippingAddress), pickupLocationId]),
  );
  return before !== after;
}

const place = (address: Address | null) =>
  address && [
    address.countryCode,
    address.region,
    address.city,
    address.postalCode,
    address.latitude,
    address.longitude,
  ];

/**
 * Records units that the storefront has removed and that were cancelled here before. Then both sides count the same
 * units, and units that an edit adds later are recognized as new ones.
 */
export function decideRemovedAtStorefront(order: Order, incoming: NewOrder): OrderEvent[] {
  if (isEnded(incoming)) return [];
  return externalLineIds(order).flatMap((externalId) => {
    const line = incoming.lines.find((each) => each.externalId === externalId);
    const lines = linesOf(order, externalId);
    const counted = lines.reduce((sum, { ordered, removed }) => sum + ordered - removed, 0);
    let left = counted - (line ? line.quantity - line.removed : 0);
    return lines.flatMap(({ id: lineId, cancelled: gone, removed }): OrderEvent[] => {
      const quantity = Math.min(left, gone - removed);
      left -= Math.max(0, quantity);
      return quantity > 0 ? [{ type: "units.removed_at_storefront", lineId, quantity }] : [];
    });
  });
}

/** Records the quantities that the storefront's lines have now. */
export const decideStorefrontQuantities = (order: Order, incoming: NewOrder): OrderEvent[] =>
  incoming.lines.flatMap(({ externalId: externalLineId, quantity }): OrderEvent[] =>
    linesOf(order, externalLineId).some((line) => line.storefrontQuantity !== quantity)
      ? [{ type: "line.storefront_quantity_changed", externalLineId, quantity }]
      : [],
  );

/** Units that no location is preparing. Of a fee all: it has no parcel, although it counts as shipped once it is earned. */
const withdrawable = (order: Order, line: OrderLine): number =>
  line.kind === "fee" ? line.ordered - line.cancelled - line.returned : unreleasedUnits(order, line);

const unreleased = (order: Order, lines: readonly OrderLine[]): UnitsOfLine[] =>
  unitsOf(lines, (line) => unreleasedUnits(order, line));

const unitsOf = (lines: readonly OrderLine[], units: (line: OrderLine) => number): UnitsOfLine[] =>
  lines.map((line) => ({ lineId: line.id, quantity: units(line) })).filter(({ quantity }) => quantity > 0);

const cancelled = (
  order: Order,
  units: readonly UnitsOfLine[],
  reason: string,
  { by }: RefundRules,
): OrderEvent[] => (units.length === 0 ? [] : [unitsCancelled(order, units, { reason, by, removed: true })]);

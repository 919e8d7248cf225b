/** An order's line takes over the units of the checkout's reservations, and their place in the queue. */
import type { Holder } from "./allocation-request";
import { allocationAt, expiryCheckAt } from "./holding";
import { allocateUnits, holdingOf, withHolding, type Stock } from "./sku-stock";

type ReservedUnits = Readonly<{ reservation: Holder; locationId: string; quantity: number }>;

/** Units that pending reservations hold at the locations, in the order of the locations. */
export function reservedUnits(
  stock: Stock,
  takesOver: readonly Holder[],
  locations: readonly string[],
): ReservedUnits[] {
  const reservations = takesOver
    .flatMap((id) => stock.holdings.get(id) ?? [])
    .filter(({ status }) => status === "pending");
  return [...new Set(locations)].flatMap((locationId) =>
    reservations
      .map((holding) => ({
        reservation: holding.holder,
        locationId,
        quantity: allocationAt(holding, locationId).live,
      }))
      .filter(({ quantity }) => quantity > 0),
  );
}

/** The first `quantity` of the reserved units. */
export function upTo(quantity: number, reserved: readonly ReservedUnits[]): ReservedUnits[] {
  let left = quantity;
  return reserved.flatMap((units) => {
    const taken = Math.min(left, units.quantity);
    left -= taken;
    return taken === 0 ? [] : [{ ...units, quantity: taken }];
  });
}

/** The units stay at their location, and change their holder. */
export function takeOverUnits(
  stock: Stock,
  { reservation, locationId, quantity }: ReservedUnits,
  holder: Holder,
): Stock {
  const next = allocateUnits(stock, reservation, locationId, -quantity);
  return inheritPlace(allocateUnits(next, holder, locationId, quantity), reservation, holder);
}

/** Takes up to `quantity` units off the reservations' backorders. The caller adds them to the holder's. */
export function takeOverBackorder(
  stock: Stock,
  quantity: number,
  takesOver: readonly Holder[],
  holder: Holder,
): Stock {
  let next = stock;
  let left = quantity;
  for (const id of takesOver) {
    const reservation = next.holdings.get(id);
    const taken = Math.min(left, reservation?.backordered ?? 0);
    if (reservation === undefined || taken === 0) continue;
    next = withHolding(next, { ...reservation, backordered: reservation.backordered - taken });
    next = inheritPlace(next, id, holder);
    left -= taken;
  }
  return next;
}

function inheritPlace(stock: Stock, from: Holder, to: Holder): Stock {
  const reservation = holdingOf(stock, from);
  const holding = holdingOf(stock, to);
  const next = withHolding(stock, { ...reservation, dueAt: expiryCheckAt(reservation) });
  return withHolding(next, { ...holding, placedAt: Math.min(holding.placedAt, reservation.placedAt) });
}

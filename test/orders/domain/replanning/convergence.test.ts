/** Once a plan is carried out, it is not changed again while nothing else changes. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import { decideReplan } from "../../../../src/orders/domain/replanning/replan";
import { decideAllocationMoved } from "../../../../src/orders/domain/stock-events";
import { NOON } from "../../../support/an-order";
import {
  inactive,
  LOCATIONS,
  orderOf,
  problemWith,
  replanText,
  TITLES,
  titleOf,
  type FreeUnits,
  type PlannedUnits,
} from "./replanning-orders";
import { casesOf } from "../../../support/cases";

const freeUnits = (units: PlannedUnits): FreeUnits =>
  Object.fromEntries(
    TITLES.map((title) => [
      title,
      Object.fromEntries(Object.entries(units).map(([location, byTitle]) => [location, byTitle[title] ?? 0])),
    ]),
  );

/** The order and the free units after stock has made the requested moves. */
function carryOut(order: Order, free: FreeUnits, events: readonly OrderEvent[]) {
  let after = events.length === 0 ? order : evolveAll(order, events, NOON);
  const left: Record<string, Record<string, number>> = structuredClone(free);
  for (const event of events) {
    if (event.type !== "move.requested") continue;
    const { lineId, quantity, to, from } = event;
    const moved = { lineId, quantity, to, from: from.locationId, fulfillmentId: from.fulfillmentId };
    after = evolveAll(after, decideAllocationMoved(after, moved, NOON), NOON);
    const ofLine = left[titleOf(lineId)]!;
    if (to !== null) ofLine[to] = (ofLine[to] ?? 0) - quantity;
    ofLine[from.locationId] = (ofLine[from.locationId] ?? 0) + quantity;
  }
  return { order: after, free: left };
}

it("a replan that is carried out requests no further moves", () => {
  const units = fc.record({ Mug: fc.nat(3), Hat: fc.nat(2) }, { requiredKeys: [] });
  const unitsByLocation = fc.record({ east: units, west: units, far: units }, { requiredKeys: [] });
  const locations = fc.uniqueArray(fc.constantFrom(...LOCATIONS));
  fc.assert(
    fc.property(unitsByLocation, unitsByLocation, locations, locations, (planned, free, closed, full) => {
      const problemAt = (free: FreeUnits) =>
        problemWith(free, {
          ...inactive(...closed),
          notToday: new Set(full),
          postponeUntil: new Map(full.map((id) => [id, NOON + 9])),
        });
      const before = { order: orderOf(planned), free: freeUnits(free) };
      const after = carryOut(before.order, before.free, decideReplan(before.order, problemAt(before.free)));
      const again = decideReplan(after.order, problemAt(after.free));
      expect(replanText(again.filter(({ type }) => type === "move.requested"))).toEqual([]);
    }),
    { numRuns: casesOf(5_000) },
  );
});

/** Moves a holding's units to other locations, where a better plan was found. */
import { accept, reject, type Result } from "../../kernel/result";
import { allocationResult, type Decided } from "./allocate-stock";
import type { AllocationResult, MoveRejection, MoveRequest } from "./allocation-request";
import { allocationAt, hasUnreported, liveUnits, nextCheckAt, type Holding } from "./holding";
import { isPositiveInteger, unitsIn } from "./quantity";
import {
  allocateUnits,
  available,
  holdingOf,
  levelAt,
  unallocateAll,
  withHolding,
  type Stock,
} from "./sku-stock";

/**
 * Rejected unless the holding has exactly the request's units, each location has its part free, every unit is
 * reported, and no other request has renewed the holding.
 */
export function moveAllocations(
  stock: Stock,
  request: MoveRequest,
): Result<Decided<AllocationResult>, MoveRejection> {
  const { holder, to, backorder } = request;
  const holding = stock.holdings.get(holder);
  const renewed = request.expiresAt !== undefined && request.expiresAt !== holding?.expiresAt;
  if (holding === undefined || renewed || !isMovable(stock, holding, request)) {
    return reject({ code: "allocation_not_movable", holder });
  }
  let next = unallocateAll(stock, holding);
  for (const { locationId, quantity } of to) next = allocateUnits(next, holder, locationId, quantity);
  const placed = holdingOf(next, holder);
  const moved = backorder
    ? { ...placed, backordered: placed.backordered + backorder.quantity, locations: backorder.locations }
    : placed;
  next = withHolding(next, { ...moved, dueAt: nextCheckAt(moved, request.now) });
  const locations = [...moved.locations, ...to.map(({ locationId }) => locationId)];
  return accept({ stock: next, value: allocationResult(next, holder, { repeated: true, locations }) });
}

function isMovable(stock: Stock, holding: Holding, { to, backorder }: MoveRequest): boolean {
  if (hasUnreported(holding)) return false;
  const hasDistinctLocations = new Set(to.map(({ locationId }) => locationId)).size === to.length;
  const toBackorder = backorder?.quantity ?? 0;
  if (!hasDistinctLocations || liveUnits(holding) === 0 || toBackorder < 0) return false;
  if (unitsIn(to) + toBackorder !== liveUnits(holding)) return false;
  return to.every(({ locationId, quantity }) => {
    const own = allocationAt(holding, locationId).live;
    return isPositiveInteger(quantity) && quantity - own <= available(levelAt(stock, locationId));
  });
}

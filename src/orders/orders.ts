/** Orders as other modules read them. */
export { committedOrders, type CommittedOrder } from "./storage/committed-orders";
export { eventsOfCommit } from "./storage/order-history";
export { orderVersions, type OrderVersion } from "./storage/order-versions";
export { orderIdsOfNumber } from "./storage/order-numbers";
export { loadOrder, orderOfRows } from "./storage/orders";
export {
  commitsPostedSince,
  lastChangedAt,
  LIVE,
  liveOrdersAfter,
  orderTotalsOf,
  orderTotalsStatements,
  type LiveOrderCursor,
} from "./storage/live-orders";
export { pastOrders, type PastOrderRow } from "./storage/past-orders";
export { deleteSourcingSupply, SUPPLY_KEPT_MS } from "./storage/sourcing-supply";

/** Orders as other modules read them. */
export { committedOrders, type CommittedOrder } from "./storage/committed-orders";
export { eventsOfCommit } from "./storage/order-history";
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
export { recentOrders, type RecentOrder, type RecentOrderCursor } from "./storage/recent-orders";

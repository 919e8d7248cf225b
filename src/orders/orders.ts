/** Orders as other modules read them. */
export { committedOrders, type CommittedOrder } from "./storage/committed-orders";
export type { CommitOfOrder } from "./storage/known-commits";
export { bringBackArchived, knownCommits, type KnownCommits } from "./bring-back-archived";
export { documentsAfter } from "./storage/archive-store";
export type { ArchivedTable } from "./storage/archived-orders";
export { advanceStockEvents, type EventLine } from "./storage/applied-stock-events";
export { bucketsWithOrders, orderVersions, versionsOf, type OrderVersion } from "./storage/order-versions";
export { orderIdsOfNumber } from "./storage/order-numbers";
export {
  loadWholeOrder,
  readWholeOrder,
  readWholeOrderWith,
  withArchived,
  withArchivedCommit,
} from "./restore-order";
export { orderOfRows } from "./storage/orders";
export {
  lastChangedAt,
  LIVE,
  liveOrdersAfter,
  ordersWithEntries,
  orderTotalsOf,
  orderTotalsStatements,
  type LiveOrderCursor,
  type OrderWithEntries,
} from "./storage/live-orders";
export { pastOrders, type PastOrderRow } from "./storage/past-orders";
export { deleteSourcingSupply, SUPPLY_KEPT_MS } from "./storage/sourcing-supply";

/** What other modules read of the stored snapshots of stock, seconds behind the SKUs' objects. */
export {
  nextStockChangedSince,
  storedStock,
  storedStockAfter,
  storedStockOf,
  storedStockStatement,
  storedVersions,
  type StoredStockRow,
} from "./storage/stock-levels";

/** Stored snapshots of stock, as other modules read them: seconds behind the SKUs' objects. */
export {
  storedStock,
  storedStockAfter,
  storedStockOf,
  storedStockStatement,
  type StoredStockRow,
} from "./storage/stock-levels";

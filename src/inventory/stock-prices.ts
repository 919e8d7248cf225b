/** What other modules read and write of the stock prices that were last sent to the SKUs' objects. */
export {
  putStockPrices,
  storedPricesOf,
  storedPricesStatement,
  stockPricesAfter,
  stockPricesOf,
  type StoredPrices,
  type StoredPricesRow,
} from "./storage/stock-prices";

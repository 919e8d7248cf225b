/** What other modules may read of SKUs, and the mark that a SKU's object has its row. */
export {
  anySkuToUpsertStatement,
  knownSkus,
  loadsOf,
  markUpserted,
  skuById,
  skuOf,
  skusAfter,
  skusStatement,
  skusToUpsert,
  type SkuRow,
} from "./storage/skus";

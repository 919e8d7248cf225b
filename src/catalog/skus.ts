/** SKUs as other modules read them, and the mark that a SKU's object has its row. */
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

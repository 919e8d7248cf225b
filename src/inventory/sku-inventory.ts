/** Exports the class of a SKU's object, for the Worker. It is not in module.ts, because that also loads outside workerd. */
export { SkuInventoryObject, type HoldingLine } from "./object/sku-inventory";

/** The class of a SKU's object, for the Worker to export. Apart from module.ts, which also loads outside workerd. */
export { SkuInventoryObject, type HoldingLine } from "./object/sku-inventory";

/** The charges of a WooCommerce order (its items, fees and shipping lines) as an order's lines and shipping. */
import { apportion } from "../../kernel/money";
import type { Amounts } from "../../orders/domain/amounts";
import type { NewOrderLine } from "../../orders/domain/new-order";
import { discountLines, feeLine } from "../../orders/domain/new-order-lines";
import type { LineKind } from "../../orders/domain/order-line";
import type { WooCharge } from "./payload";

export type Charge = Readonly<{
  role: "goods" | "fee" | "shipping";
  externalId: string;
  sku: string | null;
  title: string;
  /** Need not be whole. */
  units: number;
  /** Before its discount, without tax. */
  grossMinor: number;
  netMinor: number;
  taxMinor: number;
  /** The exact taxes, of which `taxMinor` is the rounded sum. */
  taxes: WooCharge["taxes"];
  /** How many of its amounts WooCommerce may have rounded: those that are not zero. */
  figures: number;
}>;

/** What kind of line an item is, by its SKU. */
export type KindOfGoods = (sku: string | null) => LineKind;

export type LinesAndShipping = Readonly<{ lines: NewOrderLine[]; shipping: Amounts }>;

/**
 * Shops enter a manual discount as a negative fee. The fee is subtracted from the goods' prices, and its tax from the
 * goods' taxes.
 */
export function linesAndShipping(charges: readonly Charge[], kindOf: KindOfGoods): LinesAndShipping {
  const having = (role: Charge["role"]) => charges.filter((charge) => charge.role === role);
  const fees = having("fee");
  const discounted = fees
    .filter(({ netMinor }) => netMinor < 0)
    .reduce(
      withNegativeFee,
      having("goods").map((charge) => goodsLine(charge, kindOf)),
    );
  const feeLines = fees
    .filter(({ netMinor, taxMinor }) => netMinor > 0 || (netMinor === 0 && taxMinor > 0))
    .map(({ externalId, title, netMinor, taxMinor }) =>
      feeLine(externalId, title, { grossMinor: netMinor, discountMinor: 0, taxMinor }),
    );
  const sum = (field: "netMinor" | "taxMinor") =>
    having("shipping").reduce((all, charge) => all + charge[field], 0);
  return {
    lines: [...discounted, ...feeLines],
    shipping: { grossMinor: sum("netMinor"), discountMinor: 0, taxMinor: sum("taxMinor") },
  };
}

const goodsLine = (
  { externalId, sku, title, units, grossMinor, netMinor, taxMinor }: Charge,
  kindOf: KindOfGoods,
): NewOrderLine => ({
  externalId,
  sku,
  title,
  kind: kindOf(sku),
  quantity: units,
  removed: 0,
  unitPriceMinor: Math.round(grossMinor / units),
  grossMinor,
  discountMinor: grossMinor - netMinor,
  taxMinor,
});

function withNegativeFee(lines: NewOrderLine[], { netMinor, taxMinor }: Charge): NewOrderLine[] {
  if (lines.length === 0) return lines;
  const weights = lines.map((line) => Math.max(0, line.taxMinor));
  const maxTaxMinor = weights.reduce((sum, weight) => sum + weight, 0);
  const taxes = apportion(Math.max(taxMinor, -maxTaxMinor), weights);
  return discountLines(lines, -netMinor).map((line, i) => ({
    ...line,
    taxMinor: line.taxMinor + taxes[i]!,
  }));
}

/** The quote of a cart: one order of several SKUs, from the stock that is known of them. */
import { volumeOf, type Sku } from "../../catalog/domain/sku";
import { promisable, type Inbound } from "../../inventory/domain/inbound";
import { localDate } from "../../kernel/calendar";
import { locationsThatMaySend } from "../../sourcing/domain/eligibility";
import type { SkuSupply, SourcingRequest, Supply } from "../../sourcing/domain/problem";
import type { BackorderSupply } from "./legs";
import { quoteOf, type QuotedLine, type QuoteTerms } from "./quote";

export type StockOfSku = Readonly<{
  sku: Pick<Sku, "weightGrams" | "lengthMm" | "widthMm" | "heightMm" | "hazardous" | "oversize">;
  /** Available units by location. */
  free: ReadonlyMap<string, number>;
  /** By location, what a unit is expected to save later if it stays there. */
  stockPrices: Readonly<Record<string, number>>;
  /** Backordered units. */
  owed: number;
  inbound: readonly Inbound[];
}>;

/** What a new backorder of the SKU would be served from. */
export function backorderSupplyOf(
  { request, network, now }: QuoteTerms,
  { sku, owed, inbound }: Pick<StockOfSku, "sku" | "owed" | "inbound">,
): BackorderSupply {
  const zones = new Map(
    locationsThatMaySend(network, request, sku).map(({ id, timeZone }) => [id, timeZone]),
  );
  const reachable = inbound.filter(({ locationId }) => zones.has(locationId));
  return { ahead: owed, inbound: promisable(reachable, (id) => localDate(now, zones.get(id)!)) };
}

/** The SKU's units that an order needs, and those available to it. */
export const skuSupplyOf = ({ sku, free, stockPrices }: StockOfSku, quantity: number): SkuSupply => ({
  quantity,
  weightGrams: sku.weightGrams,
  volumeMm3: volumeOf(sku),
  hazardous: sku.hazardous,
  oversize: sku.oversize,
  free: Object.fromEntries(free),
  stockPrices,
});

export type CartItem = Readonly<{
  /** The SKU's code. */
  code: string;
  quantity: number;
  stock: StockOfSku;
}>;

/** The days are those of the last units; null if units of a line have none. */
export type CartQuote = Readonly<{
  deliverFromOn: string | null;
  deliverByOn: string | null;
  lines: readonly QuotedLine[];
}>;

/** @param items one for each SKU. */
export function quoteOfCart(terms: QuoteTerms, items: readonly CartItem[]): CartQuote {
  const supply = Object.fromEntries(
    items.map(({ code, quantity, stock }) => [code, skuSupplyOf(stock, quantity)]),
  );
  const backorders = new Map(items.map(({ code, stock }) => [code, backorderSupplyOf(terms, stock)]));
  return quoteOfSupply(terms, supply, backorders);
}

/** @param backorders as in `quoteOf`. */
export function quoteOfSupply(
  terms: QuoteTerms,
  supply: Supply,
  backorders: ReadonlyMap<string, BackorderSupply> | null,
): CartQuote {
  const quotes = valuesOf(terms.request).map(
    (valueMinor) =>
      quoteOf({ ...terms, request: { ...terms.request, valueMinor } }, supply, backorders).lines,
  );
  const lines = lastToArrive(quotes);
  return {
    deliverFromOn: lastOf(lines, ({ promise }) => promise.deliverFromOn),
    deliverByOn: lastOf(lines, ({ promise }) => promise.deliverByOn),
    lines,
  };
}

/** Without the order's value, the quote must hold whether the order may be split or not. */
const valuesOf = ({ channel, valueMinor }: SourcingRequest): readonly (number | null)[] =>
  valueMinor === null && channel.sourcing.wholeUnderMinor !== null ? [0, null] : [valueMinor];

/** Of several quotes the one that arrives last; one without a date is the last of all. */
function lastToArrive(quotes: readonly (readonly QuotedLine[])[]): readonly QuotedLine[] {
  const dayOf = (lines: readonly QuotedLine[]) =>
    lastOf(lines, ({ promise }) => promise.deliverByOn) ?? "9999-12-31";
  return quotes.toSorted((a, b) => (dayOf(a) < dayOf(b) ? 1 : -1))[0]!;
}

/** Null if a line has no such day. */
function lastOf(lines: readonly QuotedLine[], dayOf: (line: QuotedLine) => string | null): string | null {
  const days = lines.map(dayOf).filter((on) => on !== null);
  return days.length < lines.length ? null : (days.toSorted().at(-1) ?? null);
}

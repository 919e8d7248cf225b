/** Prices of a SKU's stock: what a unit is expected to save later if it stays at its location. */
export type StockPrices = Readonly<{
  /** When they were computed: later prices replace earlier ones. */
  foundAt: number;
  /** Minor units of the books' currency; a location that is not listed has price zero. */
  minorByLocation: Readonly<Record<string, number>>;
}>;

/** Older prices no longer fit the stock. */
export const PRICES_FRESH_MS = 24 * 3_600_000;

export const arePricesFresh = ({ foundAt }: Pick<StockPrices, "foundAt">, now: number): boolean =>
  foundAt > now - PRICES_FRESH_MS;

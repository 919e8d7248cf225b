/**
 * What SKUs' objects said of their stock, written where many SKUs are read at once, together with what each
 * connected channel may sell of it.
 */
import type { Context, Reference } from "../platform/context";
import { sellableUnits } from "../channels/domain/channel-stock";
import type { StockSaid } from "./domain/stock";
import { sellableStatement, type Sellable } from "../channels/storage/channel-stock";
import { stockWordStatements, type StockWord } from "./storage/stock-levels";

/** Of each SKU only its newest word, and that only if nothing newer is known: one batch, whatever their number. */
export async function projectStock(context: Context, words: readonly StockSaid[]): Promise<void> {
  const newest = new Map<string, StockSaid>();
  for (const said of words) {
    if (said.version > (newest.get(said.sku)?.version ?? 0)) newest.set(said.sku, said);
  }
  const replacing = [...newest.values()].map((said): StockWord => {
    return { said, replaces: [0, said.version - 1] };
  });
  await writeStockWords(context, replacing);
}

/** One batch: what channels may sell by the words that count, and the words. */
export async function writeStockWords(context: Context, words: readonly StockWord[]): Promise<void> {
  if (words.length === 0) return;
  const { primary } = context.databases;
  const reference = await context.reference();
  const sellable = words.flatMap(({ said, replaces }) => sellableOf(reference, said, replaces));
  await primary.batch([
    ...(sellable.length > 0 ? [sellableStatement(primary, sellable, context.now())] : []),
    ...stockWordStatements(primary, words),
  ]);
}

/** What each connected channel may sell of a SKU; `holds`: it counts where the database holds such a version. */
export const sellableOf = (
  { channels, connected, locations }: Reference,
  said: StockSaid,
  holds: Sellable["holds"],
): Sellable[] =>
  [...channels.values()]
    .filter(({ id }) => connected.has(id))
    .map((channel) => ({
      channelId: channel.id,
      sku: said.sku,
      quantity: sellableUnits(channel, locations, said.levels),
      holds,
    }));

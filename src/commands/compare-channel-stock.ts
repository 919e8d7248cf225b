/**
 * What storefronts show, beside what their channels may sell: every night, SKU by SKU. What differs is told again at
 * once; what differs still, or cannot be told, is an exception with its age.
 */
import type { Context } from "../context";
import { afterLooking, type ChannelStock } from "../domain/channel-stock";
import { checkOf, type Check, type Exception } from "../domain/reconciliation";
import {
  channelStockAfter,
  forgetChannelStock,
  mismatchesAfter,
  sellableStatement,
  writeChannelStock,
} from "../storage/channel-stock";
import { storedStockAfter } from "../storage/stock-levels";
import { sellableOf } from "./project-stock";
import { pushChannel, storefrontStock } from "./push-channel-stock";

const SKUS_A_PAGE = 200;
const MOST_LISTED = 1_000;
const DAY = 86_400_000;

export async function checkChannelStock(context: Context): Promise<Check> {
  const { channels, connected } = await context.reference();
  const { primary } = context.databases;
  const unconnected = [...channels.keys()].filter((id) => !connected.has(id));
  await forgetChannelStock(primary, unconnected);
  await refreshChannelStock(context);
  let counted = 0;
  const away: Exception[] = [];
  for (const channelId of connected) {
    const looked = await lookAt(context, channelId);
    counted += looked.counted;
    if (looked.problem !== null) {
      away.push({ subject: channelId, expected: null, actual: null, detail: looked.problem });
    }
  }
  const before = await mismatches(context);
  await Promise.all([...connected].map((id) => pushChannel(context, id)));
  const after = await mismatches(context);
  const left = new Set(after.map(placeOf));
  return checkOf("channel_stock", "Storefronts show what their channels may sell", {
    counted,
    exceptions: [...away, ...after.map((row) => exceptionOf(row, context.now()))],
    mended: before.filter((row) => !left.has(placeOf(row))).map((row) => `${placeOf(row)}: ${shows(row)}`),
  });
}

/** What every connected channel may sell as channels, locations and stock are now. */
export async function refreshChannelStock(context: Context): Promise<void> {
  const { primary } = context.databases;
  const reference = await context.reference();
  if (reference.connected.size === 0) return;
  for (let after: string | undefined = ""; after !== undefined;) {
    const page = await storedStockAfter(primary, after, SKUS_A_PAGE);
    const sellable = page.flatMap((said) => sellableOf(reference, said, [said.version, said.version]));
    if (sellable.length > 0) await sellableStatement(primary, sellable, context.now()).run();
    after = page.length === SKUS_A_PAGE ? page.at(-1)?.sku : undefined;
  }
}

type Looked = Readonly<{ counted: number; problem: string | null }>;

/** Notes what the storefront shows of each SKU that it has. */
async function lookAt(context: Context, channelId: string): Promise<Looked> {
  const { primary } = context.databases;
  let counted = 0;
  try {
    const stock = await storefrontStock(context, channelId);
    if (!stock) return { counted, problem: null };
    for (let after: string | undefined = ""; after !== undefined;) {
      const page = await channelStockAfter(primary, channelId, after, stock.mostFound);
      if (page.length === 0) break;
      const found = await stock.find(page.map(({ sku }) => sku));
      if (!found.ok) return { counted, problem: found.rejection.detail };
      const listed = Map.groupBy(found.value, ({ sku }) => sku);
      const now = context.now();
      const changed = page.flatMap((from) => {
        const places = listed.get(from.sku) ?? [];
        return places.length > 1 ? [] : [{ from, to: afterLooking(from, places[0] ?? null, now) }];
      });
      await writeChannelStock(primary, changed, now);
      counted += listed.size;
      after = page.length === stock.mostFound ? page.at(-1)?.sku : undefined;
    }
    return { counted, problem: null };
  } catch (error) {
    return { counted, problem: error instanceof Error ? error.message : String(error) };
  }
}

const mismatches = ({ databases }: Context): Promise<ChannelStock[]> =>
  mismatchesAfter(databases.primary, { since: -1, channelId: "", sku: "" }, MOST_LISTED);

const placeOf = ({ channelId, sku }: ChannelStock): string => `${channelId} ${sku}`;

const shows = ({ shownQuantity, quantity }: ChannelStock): string =>
  `showed ${shownQuantity ?? "nothing"}, may sell ${quantity}`;

function exceptionOf(row: ChannelStock, now: number): Exception {
  const since = row.mismatchSince ?? now;
  const days = Math.floor((now - since) / DAY);
  const age = `for ${days} ${days === 1 ? "day" : "days"}, since ${new Date(since).toISOString()}`;
  return {
    subject: placeOf(row),
    expected: row.quantity,
    actual: row.shownQuantity,
    detail: [`the storefront shows another quantity ${age}`, ...(row.problem ? [row.problem] : [])].join(
      ": ",
    ),
  };
}

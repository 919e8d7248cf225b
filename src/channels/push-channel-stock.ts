/**
 * Telling storefronts what their channels may sell: only what differs from what they were told, in batches, each
 * storefront by its own rules. What a storefront does not take is told again, ever less often, and listed.
 */
import type { NotTaken, StorefrontRejection, StorefrontStock, ToldStock } from "./ports";
import type { Context } from "../platform/context";
import { afterTelling, type ChannelStock, type Telling } from "./domain/channel-stock";
import { derivedId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import { accept, type Result } from "../kernel/result";
import { dueChannelStock, leaseChannelStock, writeChannelStock } from "./storage/channel-stock";
import { channelConnection } from "../catalog/storage/channels";

/** Bounded, so that a run ends within a minute or so; what is left waits for the next. */
const MOST_AT_ONCE = 2_000;

/** Every connected channel at once; one that is slow or away keeps nobody. Answers how many SKUs were told. */
export async function pushChannelStock(context: Context): Promise<number> {
  const { connected } = await context.reference();
  const told = await Promise.all([...connected].map((id) => pushChannel(context, id)));
  return told.reduce((sum, count) => sum + count, 0);
}

/** Answers how many SKUs the storefront took. */
export async function pushChannel(context: Context, channelId: string): Promise<number> {
  let told = 0;
  try {
    const due = await dueChannelStock(context.databases.primary, channelId, context.now(), MOST_AT_ONCE);
    const stock = due.length > 0 ? await storefrontStock(context, channelId) : null;
    if (!stock) return 0;
    for (let from = 0; from < due.length; from += stock.mostTold) {
      const tellings = await pushBatch(context, stock, due.slice(from, from + stock.mostTold));
      told += tellings.filter(({ outcome }) => outcome === "taken").length;
      // It is away, or takes nothing: the others wait for the next run.
      if (tellings.length > 0 && tellings.every(({ outcome }) => outcome === "failed")) break;
    }
  } catch (error) {
    console.error(logLine("error", "a channel's stock is told later", { channelId, error }));
  }
  return told;
}

/** Null where the channel is not connected. */
export async function storefrontStock(context: Context, channelId: string): Promise<StorefrontStock | null> {
  const connection = await channelConnection(context, channelId);
  return connection && context.storefrontStock(connection);
}

async function pushBatch(
  context: Context,
  stock: StorefrontStock,
  due: readonly ChannelStock[],
): Promise<Telling[]> {
  const { primary } = context.databases;
  const leased = await leaseChannelStock(primary, due, context.now());
  const rows = new Map(leased.map(({ row }) => [row.sku, row]));
  const tellings = await tellAll(stock, leased);
  const now = context.now();
  const changed = tellings.map((telling) => {
    const from = rows.get(telling.sku)!;
    return { from, to: afterTelling(from, telling, now) };
  });
  await writeChannelStock(primary, changed, now);
  return tellings;
}

type Leased = Awaited<ReturnType<typeof leaseChannelStock>>[number];

/** What came of each of them. A storefront that is away is asked no further. */
async function tellAll(stock: StorefrontStock, leased: readonly Leased[]): Promise<Telling[]> {
  const unknown = leased.filter(({ row }) => row.externalId === null).map(({ row }) => row.sku);
  const found = await findAll(stock, unknown);
  if (!found.ok) return leased.map(({ row }) => failed(row, found.rejection, false));

  const tellings: Telling[] = [];
  const told: ToldStock[] = [];
  for (const { row, before } of leased) {
    const places = row.externalId === null ? (found.value.get(row.sku) ?? []) : [row.externalId];
    const [externalId] = places;
    if (!externalId) tellings.push({ outcome: "not_listed", sku: row.sku });
    else if (places.length > 1) tellings.push(failed(row, TWICE, true));
    else told.push({ sku: row.sku, externalId, quantity: row.quantity, before });
  }
  const rows = new Map(leased.map(({ row }) => [row.sku, row]));
  const key = derivedId("tell", leased.map(({ row }) => `${row.channelId} ${row.sku} ${row.dueAt}`).join());
  const answers = await tell(stock, told, key);
  return [
    ...tellings,
    ...answers.map(({ told: { sku, quantity, externalId }, rejection, forget }): Telling =>
      rejection ? failed(rows.get(sku)!, rejection, forget) : { outcome: "taken", sku, quantity, externalId },
    ),
  ];
}

const TWICE = { code: "refused", detail: "the storefront has the SKU more than once" } as const;

const failed = ({ sku }: ChannelStock, rejection: StorefrontRejection, forget: boolean): Telling => ({
  outcome: "failed",
  sku,
  problem: rejection.detail,
  afterMs: rejection.code === "away" ? rejection.afterMs : 0,
  forget,
});

/** Where the storefront has them: each SKU's places. */
export async function findAll(
  stock: StorefrontStock,
  skus: readonly string[],
): Promise<Result<ReadonlyMap<string, readonly string[]>, StorefrontRejection>> {
  const places = new Map<string, string[]>();
  for (let from = 0; from < skus.length; from += stock.mostFound) {
    const found = await stock.find(skus.slice(from, from + stock.mostFound));
    if (!found.ok) return found;
    for (const { sku, externalId } of found.value) {
      places.set(sku, [...(places.get(sku) ?? []), externalId]);
    }
  }
  return accept(places);
}

type Answer = Readonly<{ told: ToldStock; rejection: StorefrontRejection | null; forget: boolean }>;

/** A batch that is refused as a whole is told in halves, until it is known which of it is refused. */
async function tell(stock: StorefrontStock, told: readonly ToldStock[], key: string): Promise<Answer[]> {
  if (told.length === 0) return [];
  const answer = await stock.tell(told, key);
  if (answer.ok) {
    const notTaken = new Map(answer.value.map((each: NotTaken) => [each.sku, each.detail]));
    return told.map((each): Answer => {
      const detail = notTaken.get(each.sku);
      if (detail === undefined) return { told: each, rejection: null, forget: false };
      return { told: each, rejection: { code: "refused", detail }, forget: true };
    });
  }
  const { rejection } = answer;
  if (rejection.code === "away" || told.length === 1) {
    return told.map((each) => ({ told: each, rejection, forget: rejection.code === "refused" }));
  }
  const half = Math.ceil(told.length / 2);
  const first = await tell(stock, told.slice(0, half), `${key}-a`);
  const isAway = first.find((each) => each.rejection?.code === "away");
  const rest = told.slice(half);
  if (isAway) return [...first, ...rest.map((each) => ({ ...isAway, told: each }))];
  return [...first, ...(await tell(stock, rest, `${key}-b`))];
}

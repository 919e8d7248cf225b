/**
 * PushOutcome storefronts what their channels may sell: only what differs from what they were pushed, in batches, each
 * storefront by its own rules. What a storefront does not take is told again, ever less often, and listed.
 */
import type { NotPushed, StorefrontRejection, StorefrontStock, StockToPush } from "./ports";
import type { ChannelsContext } from "./context";
import { afterPush, type ChannelStock, type PushOutcome } from "./domain/channel-stock";
import { derivedId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import { accept, type Result } from "../kernel/result";
import { dueChannelStock, leaseChannelStock, writeChannelStock } from "./storage/channel-stock";
import { channelConnection } from "./channel-connections";

/** Bounded, so that a run ends within a minute or so; what is left waits for the next. */
const MAX_AT_ONCE = 2_000;

/** Every connected channel at once; one that is slow or away keeps nobody. Answers how many SKUs were pushed. */
export async function pushChannelStock(context: ChannelsContext): Promise<number> {
  const { connected } = await context.reference();
  const pushed = await Promise.all([...connected].map((id) => pushChannel(context, id)));
  return pushed.reduce((sum, count) => sum + count, 0);
}

/** Answers how many SKUs the storefront took. */
export async function pushChannel(context: ChannelsContext, channelId: string): Promise<number> {
  let pushed = 0;
  try {
    const due = await dueChannelStock(context.databases.primary, channelId, context.now(), MAX_AT_ONCE);
    const stock = due.length > 0 ? await storefrontStock(context, channelId) : null;
    if (!stock) return 0;
    for (let from = 0; from < due.length; from += stock.maxPushed) {
      const outcomes = await pushBatch(context, stock, due.slice(from, from + stock.maxPushed));
      pushed += outcomes.filter(({ outcome }) => outcome === "taken").length;
      // It is away, or takes nothing: the others wait for the next run.
      if (outcomes.length > 0 && outcomes.every(({ outcome }) => outcome === "failed")) break;
    }
  } catch (error) {
    console.error(logLine("error", "a channel's stock is pushed later", { channelId, error }));
  }
  return pushed;
}

/** Null where the channel is not connected. */
export async function storefrontStock(
  context: ChannelsContext,
  channelId: string,
): Promise<StorefrontStock | null> {
  const connection = await channelConnection(context, channelId);
  return connection && context.storefrontStock(connection);
}

async function pushBatch(
  context: ChannelsContext,
  stock: StorefrontStock,
  due: readonly ChannelStock[],
): Promise<PushOutcome[]> {
  const { primary } = context.databases;
  const leased = await leaseChannelStock(primary, due, context.now());
  const rows = new Map(leased.map(({ row }) => [row.sku, row]));
  const outcomes = await pushAll(stock, leased);
  const now = context.now();
  const changed = outcomes.map((outcome) => {
    const from = rows.get(outcome.sku)!;
    return { from, to: afterPush(from, outcome, now) };
  });
  await writeChannelStock(primary, changed, now);
  return outcomes;
}

type Leased = Awaited<ReturnType<typeof leaseChannelStock>>[number];

/** What came of each of them. A storefront that is away is asked no further. */
async function pushAll(stock: StorefrontStock, leased: readonly Leased[]): Promise<PushOutcome[]> {
  const unknown = leased.filter(({ row }) => row.externalId === null).map(({ row }) => row.sku);
  const found = await findAll(stock, unknown);
  if (!found.ok) return leased.map(({ row }) => failed(row, found.rejection, false));

  const outcomes: PushOutcome[] = [];
  const pushed: StockToPush[] = [];
  for (const { row, before } of leased) {
    const places = row.externalId === null ? (found.value.get(row.sku) ?? []) : [row.externalId];
    const [externalId] = places;
    if (!externalId) outcomes.push({ outcome: "not_listed", sku: row.sku });
    else if (places.length > 1) outcomes.push(failed(row, TWICE, true));
    else pushed.push({ sku: row.sku, externalId, quantity: row.quantity, before });
  }
  const rows = new Map(leased.map(({ row }) => [row.sku, row]));
  const key = derivedId("tell", leased.map(({ row }) => `${row.channelId} ${row.sku} ${row.dueAt}`).join());
  const answers = await push(stock, pushed, key);
  return [
    ...outcomes,
    ...answers.map(({ pushed: { sku, quantity, externalId }, rejection, forget }): PushOutcome =>
      rejection ? failed(rows.get(sku)!, rejection, forget) : { outcome: "taken", sku, quantity, externalId },
    ),
  ];
}

const TWICE = { code: "refused", detail: "the storefront has the SKU more than once" } as const;

const failed = ({ sku }: ChannelStock, rejection: StorefrontRejection, forget: boolean): PushOutcome => ({
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
  for (let from = 0; from < skus.length; from += stock.maxFound) {
    const found = await stock.find(skus.slice(from, from + stock.maxFound));
    if (!found.ok) return found;
    for (const { sku, externalId } of found.value) {
      places.set(sku, [...(places.get(sku) ?? []), externalId]);
    }
  }
  return accept(places);
}

type Answer = Readonly<{ pushed: StockToPush; rejection: StorefrontRejection | null; forget: boolean }>;

/** A batch that is refused as a whole is pushed in halves, until it is known which of it is refused. */
async function push(stock: StorefrontStock, pushed: readonly StockToPush[], key: string): Promise<Answer[]> {
  if (pushed.length === 0) return [];
  const answer = await stock.push(pushed, key);
  if (answer.ok) {
    const notPushed = new Map(answer.value.map((each: NotPushed) => [each.sku, each.detail]));
    return pushed.map((each): Answer => {
      const detail = notPushed.get(each.sku);
      if (detail === undefined) return { pushed: each, rejection: null, forget: false };
      return { pushed: each, rejection: { code: "refused", detail }, forget: true };
    });
  }
  const { rejection } = answer;
  if (rejection.code === "away" || pushed.length === 1) {
    return pushed.map((each) => ({ pushed: each, rejection, forget: rejection.code === "refused" }));
  }
  const half = Math.ceil(pushed.length / 2);
  const first = await push(stock, pushed.slice(0, half), `${key}-a`);
  const isAway = first.find((each) => each.rejection?.code === "away");
  const rest = pushed.slice(half);
  if (isAway) return [...first, ...rest.map((each) => ({ ...isAway, pushed: each }))];
  return [...first, ...(await push(stock, rest, `${key}-b`))];
}

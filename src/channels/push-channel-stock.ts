/**
 * Pushes to storefronts what their channels may sell: only what differs from what was pushed before, in batches. What a
 * storefront does not accept is pushed again with growing pauses, and listed as a mismatch after some attempts.
 */
import { derivedId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import { accept, type Result } from "../kernel/result";
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import { afterPush, type ChannelStock, type PushOutcome } from "./domain/channel-stock";
import { dueChannelStock, leaseChannelStock, writeChannelStock } from "./storage/channel-stock";
import type { StockToPush, StorefrontRejection, StorefrontStock } from "./storefront-api";

/** Bounded, so that a run ends within about a minute; the next run pushes the rest. */
const MAX_SKUS_A_RUN = 2_000;

/** Pushes to all connected channels in parallel. Returns how many SKUs were accepted. */
export async function pushChannelStock(context: ChannelsContext): Promise<number> {
  const { connected } = await context.reference();
  const accepted = await Promise.all([...connected].map((id) => pushChannel(context, id)));
  return accepted.reduce((sum, count) => sum + count, 0);
}

/** Returns how many SKUs the storefront accepted. Never throws: what failed stays due. */
export async function pushChannel(context: ChannelsContext, channelId: string): Promise<number> {
  let accepted = 0;
  try {
    const due = await dueChannelStock(context.databases.primary, channelId, context.now(), MAX_SKUS_A_RUN);
    const stock = due.length > 0 ? (await channelApi(context, channelId))?.stock : null;
    if (!stock) return 0;
    for (let from = 0; from < due.length; from += stock.maxPushed) {
      const outcomes = await pushBatch(context, stock, due.slice(from, from + stock.maxPushed));
      accepted += outcomes.filter(({ outcome }) => outcome === "accepted").length;
      // The storefront is away, or accepts nothing: the other batches wait for the next run.
      if (outcomes.length > 0 && outcomes.every(({ outcome }) => outcome === "failed")) break;
    }
  } catch (error) {
    console.error(logLine("error", "the stock of a channel could not be pushed", { channelId, error }));
  }
  return accepted;
}

async function pushBatch(
  context: ChannelsContext,
  stock: StorefrontStock,
  due: readonly ChannelStock[],
): Promise<PushOutcome[]> {
  const { primary } = context.databases;
  const leased = await leaseChannelStock(primary, due, context.now());
  const rows = new Map(leased.map(({ row }) => [row.sku, row]));
  const outcomes = await pushLeased(stock, leased);
  const now = context.now();
  const changed = outcomes.map((outcome) => {
    const from = rows.get(outcome.sku)!;
    return { from, to: afterPush(from, outcome, now) };
  });
  await writeChannelStock(primary, changed, now);
  return outcomes;
}

type Leased = Awaited<ReturnType<typeof leaseChannelStock>>[number];

/** Finds the storefront's ids that are not known, and pushes. Returns the outcome of every row. */
async function pushLeased(stock: StorefrontStock, leased: readonly Leased[]): Promise<PushOutcome[]> {
  const unknown = leased.filter(({ row }) => row.externalId === null).map(({ row }) => row.sku);
  const found = await findExternalIds(stock, unknown);
  if (!found.ok) return leased.map(({ row }) => failed(row.sku, found.rejection, false));

  const outcomes: PushOutcome[] = [];
  const toPush: StockToPush[] = [];
  for (const { row, before } of leased) {
    const externalIds = row.externalId === null ? (found.value.get(row.sku) ?? []) : [row.externalId];
    const [externalId] = externalIds;
    if (!externalId) outcomes.push({ outcome: "not_listed", sku: row.sku });
    else if (externalIds.length > 1) outcomes.push(failed(row.sku, AMBIGUOUS, true));
    else toPush.push({ sku: row.sku, externalId, quantity: row.quantity, before });
  }
  const key = derivedId("push", ...leased.flatMap(({ row }) => [row.channelId, row.sku, String(row.dueAt)]));
  return [...outcomes, ...(await pushOrHalve(stock, toPush, key)).outcomes];
}

const AMBIGUOUS = { code: "refused", detail: "the storefront has the SKU more than once" } as const;

/** The storefront's ids of each SKU that it lists. */
async function findExternalIds(
  stock: StorefrontStock,
  skus: readonly string[],
): Promise<Result<ReadonlyMap<string, readonly string[]>, StorefrontRejection>> {
  const externalIds = new Map<string, string[]>();
  for (let from = 0; from < skus.length; from += stock.maxFound) {
    const found = await stock.find(skus.slice(from, from + stock.maxFound));
    if (!found.ok) return found;
    for (const { sku, externalId } of found.value) {
      externalIds.set(sku, [...(externalIds.get(sku) ?? []), externalId]);
    }
  }
  return accept(externalIds);
}

/** `away`: why the storefront is not called any more in this run; null if it answered. */
type Pushed = Readonly<{ outcomes: PushOutcome[]; away: StorefrontRejection | null }>;

/** A batch that is refused as a whole is pushed in halves, until the SKUs that cause it are alone. */
async function pushOrHalve(
  stock: StorefrontStock,
  batch: readonly StockToPush[],
  key: string,
): Promise<Pushed> {
  if (batch.length === 0) return { outcomes: [], away: null };
  const pushed = await stock.push(batch, key);
  if (pushed.ok) {
    const refused = new Map(pushed.value.map(({ sku, detail }) => [sku, detail]));
    const outcomes = batch.map(({ sku, quantity, externalId }): PushOutcome => {
      const detail = refused.get(sku);
      if (detail === undefined) return { outcome: "accepted", sku, quantity, externalId };
      return failed(sku, { code: "refused", detail }, true);
    });
    return { outcomes, away: null };
  }
  const { rejection } = pushed;
  if (rejection.code === "away") return allAway(batch, rejection);
  const [only] = batch;
  if (only && batch.length === 1) return { outcomes: [failed(only.sku, rejection, true)], away: null };
  const half = Math.ceil(batch.length / 2);
  const first = await pushOrHalve(stock, batch.slice(0, half), `${key}-a`);
  const rest = batch.slice(half);
  const second = first.away ? allAway(rest, first.away) : await pushOrHalve(stock, rest, `${key}-b`);
  return { outcomes: [...first.outcomes, ...second.outcomes], away: second.away };
}

const allAway = (batch: readonly StockToPush[], away: StorefrontRejection): Pushed => ({
  outcomes: batch.map(({ sku }) => failed(sku, away, false)),
  away,
});

/** `forget`: look up the storefront's id again before the next push. */
const failed = (sku: string, rejection: StorefrontRejection, forget: boolean): PushOutcome => ({
  outcome: "failed",
  sku,
  problem: rejection.detail,
  afterMs: rejection.code === "away" ? rejection.afterMs : 0,
  forget,
});

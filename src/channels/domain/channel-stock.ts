/**
 * How many units of a SKU a channel may sell, and how a row changes after a push to its storefront.
 *
 * The number is the available units, whatever the SKU's policy. Whether a storefront continues to sell at zero is the
 * product's own setting there ("continue selling", "allow backorders"); an invented number would be shown to customers
 * as stock.
 */
import type { Channel } from "../../catalog/domain/channel";
import type { StockLevel } from "../../inventory/domain/stock-reading";
import { maySendForChannel, type Goods } from "../../sourcing/domain/serving";

type Sender = Parameters<typeof maySendForChannel>[0];
type Seller = Pick<Channel, "active" | "locationIds" | "countries" | "stockBuffer">;

/** Units available at the locations that may send the goods for the channel, less its buffer, at least zero. */
export function sellableUnits(
  channel: Seller,
  locations: ReadonlyMap<string, Sender>,
  levels: readonly Pick<StockLevel, "locationId" | "available">[],
  goods: Goods,
): number {
  if (!channel.active) return 0;
  const units = levels.reduce((sum, { locationId, available }) => {
    const location = locations.get(locationId);
    return location && maySendForChannel(location, channel, goods) ? sum + available : sum;
  }, 0);
  return Math.max(0, units - channel.stockBuffer);
}

/** Every kind of goods, at the index `hazardous + 2 × oversize`. */
export const KINDS_OF_GOODS: readonly Goods[] = [
  { hazardous: false, oversize: false },
  { hazardous: true, oversize: false },
  { hazardous: false, oversize: true },
  { hazardous: true, oversize: true },
];

/** What a channel may sell of a SKU, what was pushed to its storefront, and what that shows. */
export type ChannelStock = Readonly<{
  channelId: string;
  sku: string;
  quantity: number;
  /** The storefront's id of the SKU: null while it is not known, empty if the storefront does not list the SKU. */
  externalId: string | null;
  /** What the storefront last accepted; null while that is not known. */
  pushedQuantity: number | null;
  pushedAt: number | null;
  /** When it is to be pushed; null if there is nothing to push. */
  dueAt: number | null;
  /** Pushes since the storefront last accepted one. */
  attempts: number;
  problem: string | null;
  shownQuantity: number | null;
  shownAt: number | null;
  mismatchSince: number | null;
}>;

/** How long a push keeps others from its rows: longer than the calls of a batch may take. */
export const LEASE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 6 * 3_600_000;
/** Failed pushes after which a row is listed as a mismatch: about an hour after the first. Pushes continue. */
export const LISTED_AFTER = 6;
/** A failed push may still be applied late. The next push is repeated once, after this time, to overwrite it. */
export const CONFIRM_AFTER_MS = 5 * 60_000;

/** A storefront that shows fewer units than were pushed may have sold some: the order usually arrives in this time. */
export const SALE_ARRIVES_MS = 10 * 60_000;

/** The time to the next push after so many failed ones; at least as long as the storefront asks callers to wait. */
export const pauseAfterAttempts = (attempts: number, afterMs: number): number =>
  Math.max(afterMs, Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1), MAX_PAUSE_MS));

/** The outcome of a push of one SKU. `quantity`: what was pushed. */
export type PushOutcome = Readonly<
  | { outcome: "accepted"; sku: string; quantity: number; externalId: string }
  /** The storefront does not list the SKU, or does not count its stock. */
  | { outcome: "not_listed"; sku: string }
  /** `forget`: the storefront's id may be outdated and must be looked up again. */
  | { outcome: "failed"; sku: string; problem: string; afterMs: number; forget: boolean }
>;

/** The row after a push. */
export function afterPush(row: ChannelStock, outcome: PushOutcome, now: number): ChannelStock {
  switch (outcome.outcome) {
    case "accepted": {
      const { quantity, externalId } = outcome;
      // A storefront that showed another quantity is a mismatch until it shows the right one.
      const showedAnother = row.shownQuantity !== null && row.shownQuantity !== quantity;
      const mismatchSince = showedAnother ? row.mismatchSince : null;
      const pushed = { ...row, externalId, pushedAt: now, attempts: 0, problem: null, mismatchSince };
      // An earlier push that failed may be applied after this one.
      const mayBeOverwritten = row.attempts > 1;
      return mayBeOverwritten
        ? { ...pushed, pushedQuantity: null, dueAt: now + CONFIRM_AFTER_MS }
        : { ...pushed, pushedQuantity: quantity, dueAt: null };
    }
    case "not_listed":
      return {
        ...row,
        externalId: "",
        pushedQuantity: null,
        attempts: 0,
        dueAt: null,
        problem: null,
        mismatchSince: null,
      };
    case "failed": {
      const { problem, afterMs, forget } = outcome;
      const listed = row.attempts >= LISTED_AFTER;
      return {
        ...row,
        externalId: forget ? null : row.externalId,
        problem,
        dueAt: now + pauseAfterAttempts(row.attempts, afterMs),
        mismatchSince: listed ? (row.mismatchSince ?? now) : row.mismatchSince,
      };
    }
  }
}

/** Whether the storefront shows fewer units than the channel may sell: that oversells nothing. */
export const showsFewer = ({ shownQuantity, quantity }: ChannelStock): boolean =>
  shownQuantity !== null && shownQuantity < quantity;

/** The row after its storefront was read. `found`: null if the storefront does not list the SKU. */
export function withShown(
  row: ChannelStock,
  found: Readonly<{ externalId: string; shown: number | null }> | null,
  now: number,
): ChannelStock {
  if (found === null) {
    const unlisted = afterPush(row, { outcome: "not_listed", sku: row.sku }, now);
    return { ...unlisted, shownQuantity: null, shownAt: now };
  }
  const read = { ...row, externalId: found.externalId, shownQuantity: found.shown, shownAt: now };
  if (found.shown === row.quantity) {
    // Unless this quantity was accepted, a failed push may still be applied late: the row stays due.
    const settled = row.pushedQuantity === row.quantity;
    return { ...read, mismatchSince: null, ...(settled ? { dueAt: null, problem: null } : {}) };
  }
  const mayHaveSold = row.pushedQuantity === row.quantity && showsFewer(read);
  // A row that is due to be pushed is not a mismatch yet.
  const isPending = row.dueAt !== null && row.attempts < 2 && row.mismatchSince === null;
  return {
    ...read,
    pushedQuantity: null,
    dueAt: row.dueAt ?? (mayHaveSold ? now + SALE_ARRIVES_MS : now),
    mismatchSince: isPending ? null : (row.mismatchSince ?? now),
  };
}

/**
 * How many units of a SKU a channel may sell, and what becomes of telling its storefront so.
 *
 * The number is what there is, whatever the SKU's policy: whether a storefront goes on selling at zero is the
 * product's own setting there ("continue selling", "allow backorders"), and a number made up to keep it selling
 * would be shown to customers as stock.
 */
import type { Channel, Location } from "../../catalog/domain/reference";
import type { StockLevel } from "../../inventory/domain/stock";

type Server = Pick<Location, "id" | "active" | "shipsOrders" | "countries">;
type Seller = Pick<Channel, "active" | "locationIds" | "countries" | "stockBuffer">;

/** Whether any order of the channel could be sent from there. Empty lists mean all. */
export const mayServe = (location: Server, channel: Seller): boolean =>
  location.active &&
  location.shipsOrders &&
  (channel.locationIds.length === 0 || channel.locationIds.includes(location.id)) &&
  (channel.countries.length === 0 ||
    location.countries.length === 0 ||
    channel.countries.some((country) => location.countries.includes(country)));

/** Units: available at the locations that may serve the channel, less its buffer, never under zero. */
export function sellableUnits(
  channel: Seller,
  locations: ReadonlyMap<string, Server>,
  levels: readonly Pick<StockLevel, "locationId" | "available">[],
): number {
  if (!channel.active) return 0;
  const units = levels.reduce((sum, { locationId, available }) => {
    const location = locations.get(locationId);
    return location && mayServe(location, channel) ? sum + available : sum;
  }, 0);
  return Math.max(0, units - channel.stockBuffer);
}

/** What a channel may sell of a SKU, and what its storefront knows of it. */
export type ChannelStock = Readonly<{
  channelId: string;
  sku: string;
  quantity: number;
  /** Where the storefront has it: null while nobody has asked, empty where it has it not. */
  externalId: string | null;
  /** Null while it is not known what the storefront took. */
  pushedQuantity: number | null;
  pushedAt: number | null;
  dueAt: number | null;
  attempts: number;
  problem: string | null;
  shownQuantity: number | null;
  shownAt: number | null;
  mismatchSince: number | null;
}>;

/** While it is pushed it is not told by another: longer than a storefront may take to answer for a batch. */
export const LEASE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** Tried so often in vain it is listed as a mismatch, and tried all the same. About an hour after the first. */
export const LISTED_AFTER = 6;
/** After an attempt of which nobody knows what it did, another word confirms the last one, later than a late one lands. */
export const CONFIRM_AFTER_MS = 5 * 60_000;

/** What shows fewer than it was pushed may just have sold one: its word comes first, and its number with it. */
export const SALE_ARRIVES_MS = 10 * 60_000;

/** When to try again after so many attempts in vain; not before the storefront asked to wait. */
export const pauseAfterAttempts = (attempts: number, afterMs: number): number =>
  Math.max(afterMs, Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1), LONGEST_PAUSE_MS));

/** What came of telling a SKU; `quantity` is what was pushed. */
export type PushOutcome = Readonly<
  | { outcome: "taken"; sku: string; quantity: number; externalId: string }
  /** The storefront has no such SKU, or does not count its stock: there is nothing to tell. */
  | { outcome: "not_listed"; sku: string }
  /** `forget`: where it was found is no longer so. */
  | { outcome: "failed"; sku: string; problem: string; afterMs: number; forget: boolean }
>;

/** A row as it is after an attempt. */
export function afterPush(row: ChannelStock, outcome: PushOutcome, now: number): ChannelStock {
  switch (outcome.outcome) {
    case "taken": {
      const { quantity, externalId } = outcome;
      // What was seen to be wrong is over when it is seen to be right, whatever the storefront says it took.
      const seenWrong = row.shownQuantity !== null && row.shownQuantity !== quantity;
      const mismatchSince = seenWrong ? row.mismatchSince : null;
      const pushed = { ...row, externalId, pushedAt: now, attempts: 0, problem: null, mismatchSince };
      // An attempt before this one may still be on its way, and land after it.
      const unsure = row.attempts > 1;
      return unsure
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

/** Fewer than may be sold: nothing is oversold by it. */
export const showsFewer = ({ shownQuantity, quantity }: ChannelStock): boolean =>
  shownQuantity !== null && shownQuantity < quantity;

/** A row as it is once it was looked at what the storefront shows; null where it has no such SKU. */
export function afterLooking(
  row: ChannelStock,
  found: Readonly<{ externalId: string; shown: number | null }> | null,
  now: number,
): ChannelStock {
  if (found === null) {
    const unlisted = afterPush(row, { outcome: "not_listed", sku: row.sku }, now);
    return { ...unlisted, shownQuantity: null, shownAt: now };
  }
  const looked = { ...row, externalId: found.externalId, shownQuantity: found.shown, shownAt: now };
  if (found.shown === row.quantity) {
    // What is still to be pushed shows already; a word that may land late is confirmed all the same.
    const settled = row.pushedQuantity === row.quantity;
    return { ...looked, mismatchSince: null, ...(settled ? { dueAt: null, problem: null } : {}) };
  }
  const mayHaveSold = row.pushedQuantity === row.quantity && showsFewer(looked);
  // It was due to be pushed anyway: that is no mismatch unless it stays so.
  const underWay = row.dueAt !== null && row.attempts < 2 && row.mismatchSince === null;
  return {
    ...looked,
    pushedQuantity: null,
    dueAt: row.dueAt ?? (mayHaveSold ? now + SALE_ARRIVES_MS : now),
    mismatchSince: underWay ? null : (row.mismatchSince ?? now),
  };
}

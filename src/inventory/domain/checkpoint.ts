/**
 * What of a SKU's history is folded into its checkpoint: finished holdings, movements and references that are older than
 * the history is kept. The checkpoint keeps sums, counts and a hash chain of the movements, so that checkpoint and later
 * movements still add up to what is on hand.
 *
 * A reference that was folded cannot be recognised by itself. So the object compares times: what happened before
 * `foldedBefore`, and is not known, may have been folded. It is refused by name, or its order is looked up.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { AllocationRequest, Holder } from "./allocation-request";
import { hasUnreported, openUnits, type Holding } from "./holding";
import type { Movement } from "./movement";
import type { StockEffect } from "./stock-messages";

/** How far the history of a SKU's stock was folded. */
export type History = Readonly<{
  /** What happened before this time and is not known may have been folded. 0: nothing was. */
  foldedBefore: number;
  /** How often history was folded. */
  generation: number;
}>;

type Known = History & Readonly<{ holdings: ReadonlyMap<Holder, Holding> }>;

/** Folded movements of one kind at one location. */
export type FoldedSum = Readonly<{
  /** Null for revaluations. */
  locationId: string | null;
  kind: Movement["kind"];
  movements: number;
  /** Of these, the ones that have a journal entry of their own in the books. */
  posted: number;
  quantity: number;
  valueMinor: number;
}>;

export type Checkpoint = Readonly<{
  foldedBefore: number;
  /** The last folded movement; movements are numbered in the order in which they were written. */
  lastSeq: number;
  /** Hash chain of all folded movements, in their order: see `chainHash`. */
  hash: string;
  holdings: number;
  refs: number;
  sums: readonly FoldedSum[];
}>;

/** Clocks of the Worker and of the object differ by less. */
export const CLOCK_TOLERANCE_MS = 60 * 60_000;

/** What was written last before this time may be folded. */
export const foldableBefore = ({ foldedBefore }: Pick<History, "foldedBefore">): number =>
  foldedBefore - CLOCK_TOLERANCE_MS;

/**
 * Whether nothing of the holding can change any more by itself: all of its units were shipped or released.
 * @param changedAt when its row was written last.
 */
export const isFoldable = (holding: Holding, changedAt: number, before: number): boolean =>
  holding.status !== "pending" &&
  openUnits(holding) === 0 &&
  !hasUnreported(holding) &&
  changedAt < before &&
  holding.placedAt < before;

/** Whether the effect, whose `ref` is not known, may have been applied to a holding that was folded since. */
export function mayBeFolded(
  { foldedBefore, holdings }: Known,
  { at, lineId }: Pick<StockEffect, "at" | "lineId">,
): boolean {
  const holding = holdings.get(lineId);
  return at < foldedBefore && (holding === undefined || isOfLaterGeneration(holding));
}

/** Whether the request may repeat one whose holding was folded since. A reservation is never folded. */
export const mayRepeatFolded = (
  { foldedBefore, holdings }: Known,
  { holder, orderId, placedAt, quantityOf }: AllocationRequest,
): boolean =>
  orderId !== null && quantityOf !== "open_now" && placedAt < foldedBefore && !holdings.has(holder);

/**
 * Events of a line are numbered from a multiple of this on: the multiple grows each time that history is folded. So a
 * line whose holding was folded and that gets a new one never repeats a number.
 */
const EVENTS_A_GENERATION = 1_000_000;

export const firstEventCount = ({ generation }: Pick<History, "generation">): number =>
  generation * EVENTS_A_GENERATION;

/** The generation of an event, and its place among its line's events of that generation, from 1. */
export function placeOfEvent(number: number): Readonly<{ generation: number; place: number }> {
  const generation = Math.floor((number - 1) / EVENTS_A_GENERATION);
  return { generation, place: number - generation * EVENTS_A_GENERATION };
}

/** Made after history was folded for the first time: another holding of the line may have been folded. */
const isOfLaterGeneration = ({ eventCount }: Holding): boolean => eventCount >= EVENTS_A_GENERATION;

/** The hash after a movement: SHA-256 of the hash before it and of the movement's fields, as hexadecimal digits. */
export const chainHash = (before: string, movement: Movement): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify([before, ...contentOf(movement)]))));

const contentOf = ({ ref, kind, locationId, quantity, valueMinor, reason, at }: Movement) => [
  ref,
  kind,
  locationId,
  quantity,
  valueMinor,
  reason,
  at,
];

/** Whether the movement has a journal entry of its own: what is shipped or restocked is posted by its order. */
const isPosted = ({ kind, valueMinor }: Movement): boolean =>
  kind !== "ship" && kind !== "restock" && valueMinor !== 0;

export function sumsOf(movements: readonly Movement[]): FoldedSum[] {
  const groups = Map.groupBy(movements, ({ locationId, kind }) => JSON.stringify([locationId, kind]));
  return [...groups.values()].map((group) => ({
    locationId: group[0]!.locationId,
    kind: group[0]!.kind,
    movements: group.length,
    posted: group.filter(isPosted).length,
    quantity: group.reduce((sum, { quantity }) => sum + quantity, 0),
    valueMinor: group.reduce((sum, { valueMinor }) => sum + valueMinor, 0),
  }));
}

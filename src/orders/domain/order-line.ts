/**
 * A line of an order. Its units are conserved: ordered = unsourced + backordered + allocated + shipped + cancelled,
 * and returned ≤ shipped.
 *
 * Units ship from the front of a line and are cancelled from its back. So each unit has a fixed share of the line's
 * amounts, in whatever sequence units are shipped and cancelled.
 */
import type { LineId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import { unitShare } from "../../kernel/money";
import type { PromiseRecord } from "../../promises/domain/promise";
import type { Amounts } from "./amounts";

/** `physical` is shipped; `digital`, `gift_card` and `fee` need no stock and no parcel. */
export type LineKind = "physical" | "digital" | "gift_card" | "fee";

export type OrderLine = Amounts &
  Readonly<{
    id: LineId;
    /** The storefront's line. Units that an edit added are a separate line here, with the same external id. */
    externalId: string;
    sku: string | null;
    /** The SKU that the storefront lists; `sku` differs from it if staff have assigned another. */
    storefrontSku: string | null;
    title: string;
    kind: LineKind;
    /** The kind that the storefront reports; `kind` differs from it if staff decided that nothing ships. */
    storefrontKind: LineKind;
    /**
     * The units of the storefront's line as it lists them. Fewer than our lines of it have together, if units were added
     * again as another line here, or an edit lowered the quantity: those are not gone at the storefront, and no refund is
     * for them.
     */
    storefrontQuantity: number;
    unitPriceMinor: number;
    /** Standard cost of one unit in the books' currency when the line was created; null if no stock is kept. */
    unitCostMinor: number | null;
    ordered: number;
    /** No stock was requested yet: the SKU is unknown, or no location may send it. */
    unsourced: number;
    backordered: number;
    allocated: number;
    shipped: number;
    cancelled: number;
    /**
     * Of cancelled, those that the storefront does not count any more: an edit removed them, or it cancelled the order.
     * Not those that staff or a refund cancelled.
     */
    removed: number;
    returned: number;
    /** Null until a promise was made, and for what is not shipped. */
    promise: PromiseRecord | null;
    /** Of what has changed since the line was placed, the values that it was placed with; absent if nothing has. */
    placedAs?: Partial<PlacedFacts>;
  }>;

/** What a line is placed with and events may change. Its other fields never change, or are counts of its units. */
export const PLACED_FACTS = [
  "sku",
  "title",
  "kind",
  "storefrontQuantity",
  "unitPriceMinor",
  "grossMinor",
  "discountMinor",
  "taxMinor",
  "unitCostMinor",
] as const satisfies readonly (keyof OrderLine)[];

export type PlacedFacts = Pick<OrderLine, (typeof PLACED_FACTS)[number]>;

export type UnitsOfLine = Readonly<{ lineId: LineId; quantity: number }>;

/** Lines with no stock of their own (digital, gift cards, fees) are fulfilled from no location. */
export const needsStock = ({ kind }: Readonly<{ kind: LineKind }>): boolean => kind === "physical";

/** Units that are neither shipped nor cancelled. */
export const openUnits = (line: OrderLine): number => line.unsourced + line.backordered + line.allocated;

/** The amounts of units `from` (inclusive) to `to` (exclusive) of a line, counted from 0. */
export const amountsOfUnits = (line: OrderLine, from: number, to: number): Amounts => ({
  grossMinor: unitShare(line.grossMinor, line.ordered, from, to),
  discountMinor: unitShare(line.discountMinor, line.ordered, from, to),
  taxMinor: unitShare(line.taxMinor, line.ordered, from, to),
});

/** One entry for each line, with the sum of its quantities. */
export function sumPerLine(units: readonly UnitsOfLine[]): UnitsOfLine[] {
  const byLine = new Map<LineId, number>();
  for (const { lineId, quantity } of units) byLine.set(lineId, (byLine.get(lineId) ?? 0) + quantity);
  return [...byLine].map(([lineId, quantity]) => ({ lineId, quantity }));
}

/**
 * G4, asserted after every change.
 *
 * @throws InvariantViolation
 */
export function assertLineConserved(line: OrderLine): void {
  const { ordered, unsourced, backordered, allocated, shipped, cancelled, removed, returned } = line;
  for (const quantity of [unsourced, backordered, allocated, shipped, cancelled, removed, returned]) {
    invariant(Number.isSafeInteger(quantity) && quantity >= 0, "a quantity is whole and not negative");
  }
  invariant(
    ordered === unsourced + backordered + allocated + shipped + cancelled,
    "ordered = unsourced + backordered + allocated + shipped + cancelled",
  );
  invariant(returned <= shipped, "returned ≤ shipped");
  invariant(removed <= cancelled, "removed ≤ cancelled");
}

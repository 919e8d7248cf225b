/** Movements: the journal of a SKU's units. On hand at a location is the sum of its movements. */

export type MovementKind = "receive" | "adjust" | "count" | "ship" | "restock" | "revalue";

/** One row of the journal. Quantity and value are signed. */
export type Movement = Readonly<{
  ref: string;
  kind: MovementKind;
  /** Null for a revaluation. */
  locationId: string | null;
  quantity: number;
  /** In the books' currency. */
  valueMinor: number;
  reason: string | null;
  /** Set on a receipt of expected units. */
  inboundId?: string;
  at: number;
}>;

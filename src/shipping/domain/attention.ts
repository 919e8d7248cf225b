/** What the program neither does nor drops by itself: it is held by name until a person decides. */

export const ATTENTION_CODES = [
  "purchase_unknown",
  "void_refused",
  "scanned_not_shipped",
  "scanned_after_void",
  "shipment_missing",
  "tracking_contradiction",
  "scan_from_future",
  "status_not_known",
  "carrier_reports_problem",
  "no_scan",
] as const;
export type AttentionCode = (typeof ATTENTION_CODES)[number];

export type Note = Readonly<{ code: AttentionCode; at: number; detail: string }>;

const MAX_DETAIL = 300;
/** Of more notes, the oldest are dropped: staff look at the label anyway. */
const MAX_NOTES = 50;

export const note = (code: AttentionCode, at: number, detail: string): Note => ({
  code,
  at,
  detail: detail.slice(0, MAX_DETAIL),
});

/** A note that stands already, with the same words, is not added again. */
export const withNotes = (notes: readonly Note[], added: readonly Note[]): readonly Note[] => {
  const isNew = ({ code, detail }: Note) =>
    !notes.some((each) => each.code === code && each.detail === detail);
  return [...notes, ...added.filter(isNew)].slice(-MAX_NOTES);
};

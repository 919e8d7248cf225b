/**
 * Postal codes of the recipient with which the sandbox plays a failure. No country delivers to them. Every other parcel
 * goes well.
 */
export const MAGIC = {
  "00001": "address_rejected",
  "00002": "label_refused",
  "00003": "reply_lost",
  "00004": "request_lost",
  "00005": "slow",
  "00006": "void_refused",
  "00007": "attempt_failed",
  "00008": "ready_for_pickup",
  "00009": "returned",
  "00010": "lost",
  "00011": "exception",
  "00012": "never_scanned",
  "00013": "carrier_away",
} as const;

export type Magic = (typeof MAGIC)[keyof typeof MAGIC];

export const magicOf = (postalCode: string | null): Magic | null => {
  const found = Object.entries(MAGIC).find(([code]) => code === postalCode);
  return found ? found[1] : null;
};

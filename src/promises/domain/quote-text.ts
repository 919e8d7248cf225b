/** The quote that an order was placed on, as a sentence for staff. */
import type { QuoteFault } from "./quote-id";

const FAULTS: Readonly<Record<QuoteFault, string>> = {
  invalid: "its id is not one that was issued",
  expired: "the order was placed when it was not valid",
  other_channel: "it is for another channel",
  other_destination: "it is for another destination",
  other_delivery: "it is for another choice of delivery",
  other_goods: "the order has goods, or units, that were not quoted",
  not_read: "remembered quotes could not be read",
};

export function explainQuote({
  quotedOn,
  fault,
}: Readonly<{ quotedOn: string | null; fault: QuoteFault | null }>): string {
  if (fault !== null) return `No quote counts: ${FAULTS[fault]}.`;
  return quotedOn === null ? "No quote counts." : `The customer was quoted arrival by ${quotedOn}.`;
}

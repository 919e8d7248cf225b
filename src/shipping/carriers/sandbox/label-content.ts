/** What is on a label of the sandbox, in printable characters, whatever prints it. */
import { addressLines } from "../../domain/address-rules";
import type { Label } from "../../domain/label";
import { printable } from "./printable";
import { markOf } from "./rates";

export type LabelContent = Readonly<{
  from: readonly string[];
  to: readonly string[];
  /** The large letter by which parcels are sorted. */
  mark: string;
  service: string;
  weight: string;
  /** The 18 digits of the parcel's SSCC. */
  sscc: string;
  /** As people read it: the application identifier in brackets (GS1 4.14). */
  ssccText: string;
  reference: string;
  notice: string;
}>;

/** Lines of an address that fit on the label; a longer address loses its last lines but the country. */
const MAX_LINES = 7;

/** @throws if the label was not bought: it has no tracking number. */
export function labelContent({ request, rate, trackingNumber }: Label): LabelContent {
  if (trackingNumber === null) throw new Error("a label that was not bought has no content");
  const { from, to, parcel, reference } = request;
  const lines = (address: typeof from) => addressLines(address, from.countryCode).map(printable);
  return {
    from: lines(from).slice(0, MAX_LINES),
    to: fitted(lines(to)),
    mark: markOf(rate.service),
    service: printable(`SANDBOX ${rate.service.toUpperCase()}`),
    weight: `${(parcel.weightGrams / 1_000).toFixed(3)} kg`,
    sscc: trackingNumber,
    ssccText: `(00) ${trackingNumber}`,
    reference: printable(reference),
    notice: "SANDBOX LABEL - NOT VALID FOR CARRIAGE",
  };
}

const fitted = (lines: readonly string[]): string[] =>
  lines.length <= MAX_LINES ? [...lines] : [...lines.slice(0, MAX_LINES - 2), ...lines.slice(-2)];

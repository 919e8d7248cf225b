/** Which of a carrier's offers a parcel takes. */
import { accept, reject, type Result } from "../../kernel/result";
import type { Rate } from "./label";

export type RateRejection = Readonly<
  | { code: "no_rates"; detail: string }
  | { code: "service_not_offered"; service: string; offered: readonly string[] }
>;

/** `carrier`: the company, such as USPS; null if any will do. */
export type WantedService = Readonly<{ carrier: string | null; service: string }>;

/**
 * The cheapest offer of the wanted service, or of any service if none is wanted. Ties go to the shorter transit, then to
 * the id, so that a repeat chooses the same.
 * @param isStrict whether another service is refused. The planned service is a wish: the cheapest offer replaces it.
 */
export function chooseRate(
  rates: readonly Rate[],
  wanted: WantedService | null,
  isStrict: boolean,
): Result<Rate, RateRejection> {
  const sorted = rates.toSorted(
    (a, b) =>
      a.costMinor - b.costMinor ||
      (a.transitDays ?? Infinity) - (b.transitDays ?? Infinity) ||
      (a.id < b.id ? -1 : 1),
  );
  const [cheapest] = sorted;
  if (cheapest === undefined)
    return reject({ code: "no_rates", detail: "the carrier offers nothing for it" });
  if (wanted === null) return accept(cheapest);
  const match = sorted.find((rate) => isWanted(rate, wanted));
  if (match) return accept(match);
  if (!isStrict) return accept(cheapest);
  const offered = [...new Set(sorted.map(({ carrier, service }) => `${carrier} ${service}`))];
  return reject({ code: "service_not_offered", service: wanted.service, offered });
}

const isWanted = (rate: Rate, { carrier, service }: WantedService): boolean =>
  same(rate.service, service) && (carrier === null || same(rate.carrier, carrier));

const same = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

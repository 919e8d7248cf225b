/**
 * The sandbox: a carrier that is built in, offline and free. What it answers follows from the request alone, so it stores
 * nothing. Its labels carry nothing anywhere, and say so.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { CarrierAdapter } from "../../carrier-adapter";
import { ok, rejected, unknown, type CarrierResult } from "../../domain/carrier-result";
import type { BoughtLabel, LabelRequest } from "../../domain/label";
import { sscc } from "../../domain/sscc";
import { labelContent } from "./label-content";
import { labelPdf } from "./label-pdf";
import { labelZpl } from "./label-zpl";
import { magicOf } from "./magic";
import { unprintable } from "./printable";
import { MAX_GRAMS, ratesFor } from "./rates";
import { scansBy } from "./scans";

const HOUR = 3_600_000;
/** GS1 keeps the prefix 952 for examples and demonstrations. */
const COMPANY_PREFIX = "9521234";
const SLOW_MS = 3_000;

/** @param currency of its prices. `wait` is a parameter, so that tests need not wait. */
export const createSandbox = ({
  currency,
  wait = (ms) => scheduler.wait(ms),
}: Readonly<{ currency: string; wait?: (ms: number) => Promise<void> }>): CarrierAdapter => ({
  name: "sandbox",
  rates: async (request) => {
    const { to, parcel, reference } = request;
    const magic = magicOf(to.postalCode);
    if (magic === "address_rejected") return rejected("the address is not known");
    if (magic === "carrier_away") return unknown("the carrier does not answer");
    if (parcel.weightGrams > MAX_GRAMS) return rejected(`the parcel is heavier than ${MAX_GRAMS} grams`);
    const fields = unprintable(request);
    if (fields.length > 0) {
      return rejected(`the label's font cannot print ${fields.join(", ")}: write it in Latin letters`);
    }
    if (magic === "slow") await wait(SLOW_MS);
    return ok({ handle: reference, rates: ratesFor(request, currency) });
  },
  buy: async ({ request, tries }) => {
    const magic = magicOf(request.to.postalCode);
    if (magic === "label_refused") return rejected("the account may not send there");
    const isLost = magic === "reply_lost" || (magic === "request_lost" && tries === 0);
    return isLost ? unknown("the carrier does not answer") : boughtLabel(request);
  },
  find: async ({ request }) => {
    if (magicOf(request.to.postalCode) === "request_lost") return ok({ state: "none" });
    const label = boughtLabel(request);
    return label.outcome === "ok" ? ok({ state: "bought", label: label.value }) : label;
  },
  void: async ({ request }) =>
    magicOf(request.to.postalCode) === "void_refused"
      ? rejected("the label was manifested already")
      : ok(null),
  document: async (label, format) => {
    const content = labelContent(label);
    return ok(format === "pdf" ? await labelPdf(content) : utf8ToBytes(labelZpl(content)));
  },
  track: async (label, now) => ok(scansBy(label, now)),
  parseWebhook: null,
  manifest: async (labels) => ok({ id: `sandbox-${labels.length}`, url: null }),
  pollEveryMs: HOUR,
});

const boughtLabel = ({ reference }: LabelRequest): CarrierResult<BoughtLabel> =>
  ok({ trackingNumber: ssccOf(reference), trackingUrl: null });

/** The same reference has the same number: one of 10^10. */
function ssccOf(reference: string): string {
  const hash = sha256(utf8ToBytes(reference));
  const number = new DataView(hash.buffer, hash.byteOffset).getBigUint64(0) % 10_000_000_000n;
  const [extension, ...serial] = String(number).padStart(10, "0");
  return sscc(`${extension!}${COMPANY_PREFIX}${serial.join("")}`);
}

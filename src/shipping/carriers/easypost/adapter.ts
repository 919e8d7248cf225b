/**
 * EasyPost sells the labels of many carriers: https://docs.easypost.com, API v2, as of November 2026. Called by `fetch`.
 *
 * The handle of a purchase is the id of EasyPost's shipment, which can be bought once. Tested against recordings that
 * EasyPost publishes with its clients and against a local stub; never against the live service.
 */
import type { z } from "zod";
import { isCurrency, parseMoney } from "../../../kernel/money";
import { webLink } from "../../../orders/domain/web-link";
import type { CarrierAdapter, Fetch, LabelFormat } from "../../carrier-adapter";
import { ok, rejected, unknown, type CarrierResult, type Found } from "../../domain/carrier-result";
import type { BoughtLabel, Label, Rate } from "../../domain/label";
import { callCarrier, callForJson, type CarrierCall } from "../shared/carrier-call";
import {
  easyPostError,
  messagesOf,
  ScanForm,
  Shipment,
  Tracker,
  updateOf,
  type ShipmentJson,
} from "./payload";
import { shipmentBody } from "./requests";
import { parseEasyPostWebhook } from "./webhook";

const BASE_URL = "https://api.easypost.com/v2";
const HOUR = 3_600_000;

/** `baseUrl` and `timeoutMs` are for tests against a local stub. */
export type EasyPostSettings = Readonly<{
  apiKey: string;
  webhookSecret: string;
  fetch: Fetch;
  baseUrl?: string;
  timeoutMs?: number;
}>;

export function createEasyPost({
  apiKey,
  webhookSecret,
  fetch,
  ...server
}: EasyPostSettings): CarrierAdapter {
  const { baseUrl = BASE_URL, timeoutMs } = server;
  const headers = { authorization: `Basic ${btoa(`${apiKey}:`)}` };
  const ask = askerWith(fetch, { baseUrl, headers, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const shipmentOf = (handle: string) => ask({ method: "GET", path: `/shipments/${handle}` }, Shipment);
  return {
    name: "easypost",
    rates: async (request) => {
      const created = await ask(
        { method: "POST", path: "/shipments", body: shipmentBody(request) },
        Shipment,
      );
      if (created.outcome !== "ok") return created;
      const rates = ratesOf(created.value);
      if (rates.length > 0) return ok({ handle: created.value.id, rates });
      const reasons = messagesOf(created.value);
      return rejected(reasons === "" ? "no carrier offers a rate for this parcel" : reasons);
    },
    buy: async ({ handle, rate }) => {
      const path = `/shipments/${handle}/buy`;
      const answer = await ask({ method: "POST", path, body: { rate: { id: rate.id } } }, Shipment);
      if (answer.outcome === "ok") return boughtLabel(answer.value);
      // An earlier try has bought it.
      if (answer.outcome === "rejected" && answer.reason.includes("POSTAGE.EXISTS")) {
        const shipment = await shipmentOf(handle);
        return shipment.outcome === "ok" ? boughtLabel(shipment.value) : asUnknown(shipment);
      }
      return answer;
    },
    find: async ({ handle }) => {
      const shipment = await shipmentOf(handle);
      return shipment.outcome === "ok" ? ok(foundIn(shipment.value)) : shipment;
    },
    void: async ({ handle }) => {
      const answer = await ask({ method: "POST", path: `/shipments/${handle}/refund`, body: {} }, Shipment);
      if (answer.outcome === "ok") return refundOf(answer.value);
      if (answer.outcome === "unknown") return answer;
      // A second refund is refused although the first one stands.
      const shipment = await shipmentOf(handle);
      if (shipment.outcome !== "ok") return asUnknown(shipment);
      return foundIn(shipment.value).state === "voided" ? ok(null) : answer;
    },
    document: async (label, format) => {
      const path = `/shipments/${label.handle}/label?file_format=${format.toUpperCase()}`;
      const converted = await ask({ method: "GET", path }, Shipment);
      return converted.outcome === "ok" ? download(fetch, converted.value, format) : converted;
    },
    track: async ({ trackingNumber, rate }) => {
      // EasyPost returns the tracker that the purchase made.
      const body = { tracker: { tracking_code: trackingNumber, carrier: rate.carrier } };
      const tracker = await ask({ method: "POST", path: "/trackers", body }, Tracker);
      return tracker.outcome === "ok" ? ok(updateOf(tracker.value)) : tracker;
    },
    parseWebhook: (callback) => parseEasyPostWebhook(webhookSecret, callback),
    manifest: async (labels: readonly Label[]) => {
      const body = { scan_form: { shipments: labels.map(({ handle }) => ({ id: handle })) } };
      const form = await ask({ method: "POST", path: "/scan_forms", body }, ScanForm);
      return form.outcome === "ok" ? ok({ id: form.value.id, url: webLink(form.value.form_url) }) : form;
    },
    pollEveryMs: 12 * HOUR,
  };
}

type Ask = <Schema extends z.ZodType>(
  call: Pick<CarrierCall, "method" | "body"> & Readonly<{ path: string }>,
  schema: Schema,
) => Promise<CarrierResult<z.output<Schema>>>;

const askerWith =
  (
    fetch: Fetch,
    { baseUrl, ...shared }: Pick<CarrierCall, "headers" | "timeoutMs"> & Readonly<{ baseUrl: string }>,
  ): Ask =>
  async ({ path, ...call }, schema) => {
    const answer = await callForJson(fetch, { ...call, ...shared, url: `${baseUrl}${path}` }, easyPostError);
    if (answer.outcome !== "ok") return answer;
    const parsed = schema.safeParse(answer.value);
    return parsed.success ? ok(parsed.data) : unknown("EasyPost's answer is not in its documented form");
  };

/** Rates in a currency that is not known, or of an amount that is no number, are left out. */
const ratesOf = ({ rates }: ShipmentJson): Rate[] =>
  (rates ?? []).flatMap(({ id, carrier, service, rate, currency, delivery_days, est_delivery_days }) => {
    const cost = isCurrency(currency) ? parseMoney(rate, currency) : null;
    if (cost === null || !cost.ok) return [];
    const transitDays = delivery_days ?? est_delivery_days;
    return [{ id, carrier, service, currency, costMinor: cost.value, transitDays }];
  });

function boughtLabel(shipment: ShipmentJson): CarrierResult<BoughtLabel> {
  const found = foundIn(shipment);
  if (found.state === "bought") return ok(found.label);
  return unknown("EasyPost answers without a label");
}

function foundIn({ tracking_code, postage_label, refund_status, tracker }: ShipmentJson): Found {
  if (tracking_code === null || postage_label === null) return { state: "none" };
  if (isTakenBack(refund_status)) return { state: "voided" };
  const trackingUrl = webLink(tracker?.public_url ?? null);
  return { state: "bought", label: { trackingNumber: tracking_code, trackingUrl } };
}

/** `not_applicable`: the carrier is paid when it scans the parcel, so an unused label costs nothing. */
const isTakenBack = (status: string | null): boolean =>
  status === "submitted" || status === "refunded" || status === "not_applicable";

const refundOf = ({ refund_status }: ShipmentJson): CarrierResult<null> =>
  isTakenBack(refund_status) ? ok(null) : rejected(`EasyPost's refund is ${refund_status ?? "not begun"}`);

const asUnknown = (result: CarrierResult<unknown>): CarrierResult<never> =>
  result.outcome === "unknown" ? result : unknown("EasyPost refuses to show the shipment");

/** Hosts on which EasyPost keeps labels. An answer must not send this system elsewhere. */
const isLabelHost = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" &&
  (hostname.endsWith(".easypost.com") ||
    /^easypost-files\.s3[.-][a-z0-9-]*\.?amazonaws\.com$/.test(hostname));

async function download(
  fetch: Fetch,
  { postage_label: label }: ShipmentJson,
  format: LabelFormat,
): Promise<CarrierResult<Uint8Array>> {
  const url = format === "pdf" ? label?.label_pdf_url : label?.label_zpl_url;
  if (!url) return rejected(`EasyPost has no ${format.toUpperCase()} of the label`);
  if (!URL.canParse(url) || !isLabelHost(new URL(url)))
    return rejected("the label is not on EasyPost's hosts");
  const answer = await callCarrier(fetch, { method: "GET", url, headers: { accept: "*/*" } });
  if (answer === null) return unknown("the label cannot be read now");
  return answer.status === 200
    ? ok(answer.bytes)
    : unknown(`the label's host answers ${answer.status}`, answer.afterMs);
}

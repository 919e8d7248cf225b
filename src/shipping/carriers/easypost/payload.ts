/** EasyPost's objects, as far as they are read. Fields that are not documented as always there may be missing or null. */
import { z } from "zod";
import type { TrackingUpdate } from "../../domain/tracking";
import type { TrackingStatus } from "../../../orders/domain/tracking-status";
import type { Scan } from "../../domain/tracking-status";
import { trackingStatusOf } from "./statuses";

const maybe = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? null);

const RateSchema = z.object({
  id: z.string(),
  carrier: z.string(),
  service: z.string(),
  rate: z.string(),
  currency: z.string(),
  delivery_days: maybe(z.number()),
  est_delivery_days: maybe(z.number()),
});

const Message = z.object({ carrier: maybe(z.string()), message: z.unknown() });

export const Shipment = z.object({
  id: z.string(),
  tracking_code: maybe(z.string()),
  refund_status: maybe(z.string()),
  rates: maybe(z.array(RateSchema)),
  messages: maybe(z.array(Message)),
  postage_label: maybe(
    z.object({
      label_url: maybe(z.string()),
      label_pdf_url: maybe(z.string()),
      label_zpl_url: maybe(z.string()),
      label_file_type: maybe(z.string()),
    }),
  ),
  tracker: maybe(z.object({ public_url: maybe(z.string()) })),
});
export type ShipmentJson = z.output<typeof Shipment>;

const Place = z.object({
  city: maybe(z.string()),
  state: maybe(z.string()),
  country: maybe(z.string()),
});

const Detail = z.object({
  status: maybe(z.string()),
  status_detail: maybe(z.string()),
  message: maybe(z.string()),
  datetime: maybe(z.string()),
  tracking_location: maybe(Place),
});

export const Tracker = z.object({
  tracking_code: z.string(),
  status: maybe(z.string()),
  status_detail: maybe(z.string()),
  updated_at: maybe(z.string()),
  est_delivery_date: maybe(z.string()),
  tracking_details: maybe(z.array(Detail)),
});
export type TrackerJson = z.output<typeof Tracker>;

export const ScanForm = z.object({ id: z.string(), form_url: maybe(z.string()) });

export const Event = z.object({ description: z.string(), result: z.unknown() });

/** The reasons why carriers offered nothing. */
export const messagesOf = ({ messages }: ShipmentJson): string =>
  (messages ?? [])
    .map(({ carrier, message }) => [carrier, textOf(message)].filter((part) => part !== null).join(": "))
    .join("; ")
    .slice(0, 500);

const textOf = (message: unknown): string =>
  typeof message === "string" ? message : JSON.stringify(message);

/** The tracker's scans. A detail without a time or a known status is left out; `unread` has statuses that are not documented. */
export function updateOf({ tracking_details, ...tracker }: TrackerJson): TrackingUpdate {
  const unread = new Set<string>();
  const statusOf = (status: string | null, detail: string | null): TrackingStatus | null => {
    const known = trackingStatusOf(status ?? "unknown", detail);
    if (known === undefined) unread.add(String(status));
    return known ?? null;
  };
  const scans = (tracking_details ?? []).flatMap((each): Scan[] => {
    const at = timeOf(each.datetime);
    const status = statusOf(each.status, each.status_detail);
    if (at === null || status === null) return [];
    return [{ at, status, detail: wordsOf(each.message), place: placeOf(each.tracking_location) }];
  });
  const current = statusOf(tracker.status, tracker.status_detail);
  const currentAt = timeOf(tracker.updated_at);
  // Some carriers report a state of the parcel without a scan.
  const isListed = current === null || currentAt === null || scans.some(({ status }) => status === current);
  return {
    scans: isListed ? scans : [...scans, { at: currentAt, status: current, detail: null, place: null }],
    estimatedAt: timeOf(tracker.est_delivery_date),
    ...(unread.size > 0 ? { unread: [...unread] } : {}),
  };
}

function timeOf(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) ? at : null;
}

const wordsOf = (message: string | null): string | null =>
  message === null || message.trim() === "" ? null : message.trim().slice(0, 200);

function placeOf(place: z.output<typeof Place> | null): string | null {
  const parts = [place?.city, place?.state, place?.country].filter((part) => (part ?? "") !== "");
  return parts.length === 0 ? null : parts.join(", ").slice(0, 100);
}

/** The error in EasyPost's form: https://docs.easypost.com/docs/errors. Null if there is none. */
export function easyPostError(json: unknown): string | null {
  const parsed = ErrorBody.safeParse(json);
  if (!parsed.success) return null;
  const { error } = parsed.data;
  if (typeof error === "string") return error.slice(0, 500);
  const fields = (error.errors ?? []).map((each) =>
    typeof each === "string" ? each : [each.field, each.message].filter((part) => part !== null).join(" "),
  );
  const text = [error.code, textOf(error.message), ...fields].filter((part) => part !== null).join(": ");
  return text.slice(0, 500);
}

const ErrorBody = z.object({
  error: z.union([
    z.string(),
    z.object({
      code: maybe(z.string()),
      message: z.unknown(),
      errors: maybe(
        z.array(z.union([z.string(), z.object({ field: maybe(z.string()), message: maybe(z.string()) })])),
      ),
    }),
  ]),
});

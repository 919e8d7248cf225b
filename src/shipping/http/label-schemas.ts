/** Labels and tracking as the API shows them. */
import { z } from "@hono/zod-openapi";
import { TRACKING_STATUSES } from "../../orders/domain/tracking-status";
import { Currency, Instant, instantOf } from "../../platform/http/schemas";
import { ATTENTION_CODES } from "../domain/attention";
import { LABEL_STATES, type Label } from "../domain/label";
import { shownStatus, type Tracking } from "../domain/tracking";

const Units = z.object({ lineId: z.string(), quantity: z.int() });

const ParcelOut = z.object({
  weightGrams: z.int(),
  lengthMm: z.int().nullable(),
  widthMm: z.int().nullable(),
  heightMm: z.int().nullable(),
  lines: z.array(Units),
});

const NoteOut = z.object({ code: z.enum(ATTENTION_CODES), at: Instant, detail: z.string() });

export const RateSchema = z
  .object({
    carrier: z.string().openapi({ example: "USPS" }),
    service: z.string().openapi({ example: "GroundAdvantage" }),
    costMinor: z.int(),
    currency: Currency,
    transitDays: z.int().nullable(),
  })
  .openapi("Rate");

export const LabelSchema = z
  .object({
    shipmentId: z
      .string()
      .openapi({ description: "The parcel's id, and its shipment's once it is shipped." }),
    orderId: z.string(),
    fulfillmentId: z.string(),
    attempt: z
      .int()
      .openapi({ description: "Counts the labels of the parcel: the last one was rejected or voided." }),
    state: z.enum(LABEL_STATES).openapi({
      description: "`buying`, `voiding`: the carrier's answer is not known yet, and is asked for.",
    }),
    carrier: z.string().openapi({ description: "Whom it was bought from.", example: "easypost" }),
    rate: RateSchema,
    parcel: ParcelOut,
    trackingNumber: z.string().nullable(),
    trackingUrl: z.string().nullable(),
    problem: z.string().nullable().openapi({ description: "The carrier's reason." }),
    attention: z.array(NoteOut).openapi({ description: "What a person must decide." }),
    createdAt: Instant,
    boughtAt: Instant.nullable(),
    usedAt: Instant.nullable(),
  })
  .openapi("Label");

export const TrackingSchema = z
  .object({
    shipmentId: z.string(),
    trackingNumber: z.string().nullable(),
    status: z.enum(TRACKING_STATUSES),
    statusAt: Instant,
    estimatedAt: Instant.nullable(),
    scans: z.array(
      z.object({
        at: Instant,
        status: z.enum(TRACKING_STATUSES),
        detail: z.string().nullable(),
        place: z.string().nullable(),
      }),
    ),
  })
  .openapi("Tracking");

const instantOrNull = (at: number | null) => (at === null ? null : instantOf(at));

export const rateJson = ({ id: _id, ...rate }: Label["rate"]): z.infer<typeof RateSchema> => rate;

export const labelJson = (label: Label): z.infer<typeof LabelSchema> => {
  const { shipmentId, orderId, fulfillmentId, attempt, state, carrier, problem } = label;
  const { weightGrams, lengthMm, widthMm, heightMm, lines } = label.request.parcel;
  return {
    shipmentId,
    orderId,
    fulfillmentId,
    attempt,
    state,
    carrier,
    rate: rateJson(label.rate),
    parcel: { weightGrams, lengthMm, widthMm, heightMm, lines: [...lines] },
    trackingNumber: label.trackingNumber,
    trackingUrl: label.trackingUrl,
    problem,
    attention: label.attention.map((each) => ({ ...each, at: instantOf(each.at) })),
    createdAt: instantOf(label.createdAt),
    boughtAt: instantOrNull(label.boughtAt),
    usedAt: instantOrNull(label.usedAt),
  };
};

export const trackingJson = (
  { shipmentId, trackingNumber }: Label,
  tracking: Tracking,
): z.infer<typeof TrackingSchema> => ({
  shipmentId,
  trackingNumber,
  status: shownStatus(tracking),
  statusAt: instantOf(tracking.silentSince ?? tracking.statusAt),
  estimatedAt: instantOrNull(tracking.estimatedAt),
  scans: tracking.scans.map((scan) => ({ ...scan, at: instantOf(scan.at) })),
});

/**
 * What the status of a WooCommerce order means: whether it ended, is held, is paid, is fulfilled. Plugins add statuses
 * of their own. https://woocommerce.com/document/managing-orders/order-statuses/, as of November 2026.
 */
import type { HoldReason } from "../../orders/domain/holds/hold";
import type { NewFulfillment, NewOrderLine, NewPayment } from "../../orders/domain/new-order";
import type { WooParts } from "./amounts";
import { sumOf } from "./gift-cards";
import type { WooOrder } from "./payload";

/** A refunded order's money went back: what is still open must not be sent. */
const ENDED: readonly string[] = ["cancelled", "refunded", "trash"];

/** In these the shop wants the order to be sent, or has sent it. */
const GOING_ON: readonly string[] = ["processing", "completed"];

/** In these WooCommerce Gift Cards has given the money back to the cards. */
const CARDS_CREDITED: readonly string[] = ["cancelled", "refunded", "failed"];

/** Why the order ended; null if it did not. */
export const endOf = ({ status }: WooOrder): string | null =>
  status !== null && ENDED.includes(status) ? status : null;

/**
 * Why the order must not be sent yet. An unknown status holds it too: it may be a plugin's word for a dispute as well as
 * for a parcel that left.
 */
export function holdOf(payload: WooOrder): HoldReason | null {
  const status = payload.status ?? "missing";
  if (GOING_ON.includes(status) || endOf(payload) !== null) return null;
  return { code: "held_at_storefront", detail: `Its status at WooCommerce is ${status}.` };
}

/**
 * What is paid now. A payload has the time at which the whole order was paid, or none; the sums are those after gift
 * cards. Payment on delivery counts as authorized, because the shop wants the order to be sent.
 */
export function payments(
  payload: WooOrder,
  { totalMinor, giftCards }: Pick<WooParts, "totalMinor" | "giftCards">,
  fallbackAt: number,
): NewPayment[] {
  const status = payload.status ?? "";
  const paidAt = payload.date_paid_gmt ?? payload.date_paid;
  const at = paidAt ?? fallbackAt;
  const cards = CARDS_CREDITED.includes(status)
    ? []
    : giftCards.map((card): NewPayment => ({ ...card, kind: "gift_card", at }));
  const amountMinor = totalMinor - sumOf(giftCards);
  if (amountMinor <= 0) return cards;
  const captured: NewPayment = { externalId: "captured", kind: "captured", amountMinor, at };
  switch (status) {
    case "pending":
    case "failed":
      return cards;
    case "processing":
      if (paidAt === null && payload.payment_method === "cod") {
        return [...cards, { ...captured, externalId: "authorized", kind: "authorized" }];
      }
      return [...cards, captured];
    case "completed":
    case "refunded":
      return [...cards, captured];
    default:
      return paidAt === null ? cards : [...cards, captured];
  }
}

/** A completed order is fulfilled as a whole. Units that were refunded before are among the line's all the same. */
export function fulfilled(
  payload: WooOrder,
  lines: readonly NewOrderLine[],
  fallbackAt: number,
): NewFulfillment[] {
  if (payload.status !== "completed") return [];
  const units = lines
    .filter(({ kind }) => kind !== "fee")
    .map(({ externalId, quantity }) => ({ externalLineId: externalId, quantity }));
  if (units.length === 0) return [];
  return [
    {
      externalId: "completed",
      lines: units,
      locationId: null,
      ...trackingOf(payload),
      at: payload.date_completed_gmt ?? fallbackAt,
      everything: true,
    },
  ];
}

type Tracking = Pick<NewFulfillment, "carrier" | "trackingNumber" | "trackingUrl">;

/** The first parcel of the metadata of the extension Shipment Tracking. */
function trackingOf({ meta_data }: WooOrder): Tracking {
  const items = meta_data.find(({ key }) => key === "_wc_shipment_tracking_items")?.value;
  const first: unknown = Array.isArray(items) ? items[0] : null;
  const textOf = (...names: string[]): string | null =>
    (names
      .map((name) => (isRecord(first) ? first[name] : null))
      .find((value) => typeof value === "string" && value.trim() !== "") as string | undefined) ?? null;
  return {
    carrier: textOf("custom_tracking_provider", "tracking_provider"),
    trackingNumber: textOf("tracking_number"),
    trackingUrl: textOf("custom_tracking_link"),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

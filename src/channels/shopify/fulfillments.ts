/**
 * Maps what Shopify reports as fulfilled: by its own staff, by another app, or handed over at a point of sale.
 * https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillment, as of November 2026.
 */
import type { NewFulfillment } from "../../orders/domain/new-order";
import { mappedLocation } from "../shared/mapped-location";
import type { OrderChannel } from "../storefront-api";
import type { ShopifyFulfillment, ShopifyOrder } from "./payload";

/** A fulfillment that did not happen: none of its units were sent. */
const WITHOUT_UNITS: readonly string[] = ["cancelled", "error", "failure"];

/**
 * Cumulative, and so without units if it was cancelled. A fulfillment that another service has only accepted (`pending`,
 * `open`) has units: that service will send them. `fallbackAt`: its time, if it has none (epoch milliseconds).
 */
export function newFulfillment(
  fulfillment: ShopifyFulfillment,
  channel: OrderChannel,
  fallbackAt: number,
): NewFulfillment {
  const { id, status, location_id, tracking_company, created_at, updated_at } = fulfillment;
  const numbers = fulfillment.tracking_numbers.filter((number) => number !== null);
  const [url = null] = fulfillment.tracking_urls.filter((each) => each !== null);
  return {
    externalId: id,
    lines: WITHOUT_UNITS.includes(status ?? "") ? [] : fulfilledLines(fulfillment),
    locationId: mappedLocation(channel, location_id),
    carrier: tracking_company,
    trackingNumber: numbers.length > 0 ? numbers.join(", ") : fulfillment.tracking_number,
    trackingUrl: url ?? fulfillment.tracking_url,
    at: created_at ?? updated_at ?? fallbackAt,
  };
}

/** Each line once. */
function fulfilledLines({ line_items }: ShopifyFulfillment): NewFulfillment["lines"] {
  const units = new Map<string, number>();
  for (const { id, quantity } of line_items) units.set(id, (units.get(id) ?? 0) + quantity);
  return [...units]
    .filter(([, quantity]) => quantity > 0)
    .map(([externalLineId, quantity]) => ({ externalLineId, quantity }));
}

/** The fulfillments that the order lists, without those that have no units. */
export const listedFulfillments = (
  payload: Pick<ShopifyOrder, "fulfillments">,
  channel: OrderChannel,
  fallbackAt: number,
): NewFulfillment[] =>
  payload.fulfillments
    .map((fulfillment) => newFulfillment(fulfillment, channel, fallbackAt))
    .filter(({ lines }) => lines.length > 0);

/** Units that are fulfilled, but in no fulfillment of the order: a sale at a point of sale, an imported order. */
export const unlistedFulfillment = (
  lines: NewFulfillment["lines"],
  locationId: string | null,
  at: number,
): NewFulfillment => ({
  externalId: "fulfilled",
  lines,
  locationId,
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  at,
});

/**
 * Whether the customer collects a WooCommerce order, and where. WooCommerce stores a shipping address for such an order
 * too, often a copy of the billing address, and shows it nowhere.
 * https://woocommerce.com/document/woocommerce-blocks-local-pickup/, as of November 2026.
 */
import { mappedLocation } from "../shared/mapped-location";
import type { OrderChannel } from "../storefront-api";
import type { WooOrder } from "./payload";

/** Of the classic checkout, and of the newer one with several places. */
const PICKUP_METHODS: readonly string[] = ["local_pickup", "pickup_location"];

type ShippingLine = WooOrder["shipping_lines"][number];

const isPickup = ({ method_id: id }: ShippingLine): boolean => id !== null && PICKUP_METHODS.includes(id);

export type Pickup = Readonly<{
  /** `some`: one part is collected, and another is shipped. */
  collected: "all" | "some" | "none";
  /** Our location where it is collected, if the channel maps it. */
  locationId: string | null;
}>;

/** The channel's map may name the place of pickup, the title of the method, or its id in the shipping zone. */
export function pickupOf({ shipping_lines }: WooOrder, channel: OrderChannel): Pickup {
  const pickups = shipping_lines.filter(isPickup);
  const names = pickups.flatMap(({ meta_data, method_title, instance_id }) => {
    const place: unknown = meta_data.find(({ key }) => key === "pickup_location")?.value;
    return [typeof place === "string" ? place : null, method_title, instance_id];
  });
  const locationId = names.flatMap((name) => mappedLocation(channel, name) ?? [])[0] ?? null;
  if (pickups.length === 0) return { collected: "none", locationId: null };
  return { collected: pickups.length === shipping_lines.length ? "all" : "some", locationId };
}

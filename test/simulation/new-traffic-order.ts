/** An order as a simulated storefront places it. */
import type { TrafficOrder } from "../support/storefront-traffic";

/** A paid order, placed now. @param quantities units of each SKU. */
export const newTrafficOrder = (
  id: number,
  skus: readonly string[],
  quantities: readonly number[],
): TrafficOrder => ({
  id,
  number: id,
  currency: "USD",
  decimals: 2,
  placedAt: Date.now(),
  email: `buyer${id}@example.com`,
  address: {
    firstName: "Ada",
    lastName: "Byron",
    line1: "1 Main Street",
    city: "Allentown",
    region: "PA",
    postalCode: "18101",
    countryCode: "US",
    latitude: 40.6,
    longitude: -75.4,
  },
  lines: quantities.flatMap((quantity, i) =>
    quantity === 0
      ? []
      : [
          {
            id: id * 10 + i,
            sku: skus[i]!,
            title: skus[i]!,
            quantity,
            unitPriceMinor: 1999,
            discountMinor: 101,
            taxMinor: 127,
          },
        ],
  ),
  shippingMinor: 499,
  shippingTaxMinor: 31,
});

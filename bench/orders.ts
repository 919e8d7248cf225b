/** Orders for the benchmark: paid, with address, tax and shipping, as a checkout sends them. */
import { CHANNEL, skuOf } from "./retailer.ts";
import type { Call } from "./load.ts";

export type OrderShape = Readonly<{
  lines: number;
  /** All orders have the same SKUs, instead of the next ones. */
  hot?: boolean;
}>;

const PRICE_CENTS = 2_000;
const TAX_CENTS = 119;
const SHIPPING_CENTS = 599;

const decimal = (cents: number) => (cents / 100).toFixed(2);

let placed = 0;

/** Bodies of new orders. Their ids include the run, so that runs may share a database. */
export function newOrders(run: string, count: number, shape: OrderShape): string[] {
  return Array.from({ length: count }, () => {
    placed += 1;
    return JSON.stringify(orderOf(`${run}-${placed}`, placed, shape));
  });
}

function orderOf(externalId: string, n: number, { lines, hot = false }: OrderShape) {
  const placedAt = new Date().toISOString();
  const total = decimal(lines * (PRICE_CENTS + TAX_CENTS) + SHIPPING_CENTS);
  return {
    channelId: CHANNEL,
    externalId,
    currency: "USD",
    placedAt,
    email: `buyer${n}@example.com`,
    customerName: "Ada Byron",
    shippingAddress: {
      name: "Ada Byron",
      line1: "1 Main Street",
      city: "Louisville",
      region: "KY",
      postalCode: "40202",
      countryCode: "US",
      latitude: 38.25,
      longitude: -85.75,
    },
    lines: Array.from({ length: lines }, (_, i) => ({
      externalId: String(i + 1),
      sku: skuOf(hot ? i : n * lines + i),
      title: `Thing ${i + 1}`,
      quantity: 1,
      unitPrice: decimal(PRICE_CENTS),
      tax: decimal(TAX_CENTS),
    })),
    shipping: { amount: decimal(SHIPPING_CENTS) },
    total,
    payments: [{ externalId: `pay-${n}`, kind: "captured", amount: total, at: placedAt }],
  };
}

export const placeOrderCall = (token: string, body: string): Call => ({
  method: "POST",
  path: "/v1/orders",
  headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  body,
});

/**
 * The schema of the canonical order: the body of `POST /v1/orders`, and of callbacks from shops without their own
 * adapter. The contract is ours, so it is strict: unknown fields are rejected, and every amount is exact.
 */
import { z } from "zod";

const id = z.string().trim().min(1).max(255);
const line = z.string().trim().max(500);
const instant = z.iso.datetime({ offset: true, error: "is not an ISO 8601 time" });
const amount = z.string().regex(/^\d{1,15}(\.\d{1,6})?$/, "is not a decimal amount of zero or more");
/** Which of them are currencies, and the channel's, is checked afterwards. */
const currency = z
  .string()
  .regex(/^[A-Z]{3}(:[0-8])?$/, "is not an ISO 4217 code, nor an unlisted code with its decimals");
const units = z.number().int().min(1).max(1_000_000);

export const CanonicalAddress = z.strictObject({
  name: line.nullish(),
  company: line.nullish(),
  line1: line.nullish(),
  line2: line.nullish(),
  city: line.nullish(),
  region: line.nullish(),
  postalCode: z.string().trim().max(30).nullish(),
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/, "is not an ISO 3166-1 alpha-2 code")
    .nullish(),
  phone: z.string().trim().max(50).nullish(),
  latitude: z.number().min(-90).max(90).nullish(),
  longitude: z.number().min(-180).max(180).nullish(),
});

export const CanonicalLine = z.strictObject({
  externalId: id,
  sku: z.string().trim().max(100).nullish(),
  title: z.string().trim().min(1).max(500),
  kind: z.enum(["physical", "digital", "gift_card", "fee"]).optional(),
  quantity: units,
  unitPrice: amount,
  discount: amount.optional(),
  tax: amount.optional(),
});

export const CanonicalRefund = z.strictObject({
  externalId: id,
  amount,
  shipping: amount.optional(),
  lines: z
    .array(
      z.strictObject({
        externalLineId: id,
        quantity: units,
        restock: z.enum(["cancel", "return", "none"]),
      }),
    )
    .max(500)
    .optional(),
  reason: z.string().max(1000).nullish(),
  at: instant,
});

export const CanonicalOrder = z.strictObject({
  externalId: id,
  number: z.string().trim().min(1).max(100).optional(),
  currency,
  taxIncluded: z.boolean().optional(),
  placedAt: instant,
  updatedAt: instant.optional(),
  cancelledAt: instant.nullish(),
  cancelReason: z.string().max(500).nullish(),
  email: z.string().trim().max(320).nullish(),
  phone: z.string().trim().max(50).nullish(),
  customerName: line.nullish(),
  locale: z.string().trim().max(35).nullish(),
  shippingAddress: CanonicalAddress.nullish(),
  billingAddress: CanonicalAddress.nullish(),
  shippingMethod: line.nullish(),
  pickupLocationId: z.string().trim().max(50).nullish(),
  lines: z.array(CanonicalLine).min(1).max(500),
  shipping: z.strictObject({ amount, discount: amount.optional(), tax: amount.optional() }).optional(),
  total: amount,
  payments: z
    .array(z.strictObject({ externalId: id, kind: z.enum(["captured", "authorized"]), amount, at: instant }))
    .max(100)
    .optional(),
  refunds: z.array(CanonicalRefund).max(100).optional(),
  note: z.string().max(5000).nullish(),
  reservationTokens: z.array(id).max(10).optional(),
});
export type CanonicalOrder = z.output<typeof CanonicalOrder>;

/** The body of `refund.created`: a refund without its order. The currency defaults to the channel's. */
export const CanonicalRefundCreated = z.strictObject({
  externalOrderId: id,
  currency: currency.optional(),
  refund: CanonicalRefund,
});
export type CanonicalRefundCreated = z.output<typeof CanonicalRefundCreated>;

/**
 * The schema of the canonical order: the body of `POST /v1/orders`, and of callbacks from shops without their own
 * adapter. The contract is ours, so it is strict: unknown fields are rejected, and every amount is exact.
 *
 * A caller of the API can correct what is refused. The order of a callback is sold already: for its texts, numbers and
 * units it may use whatever can be stored, and staff see to the rest.
 */
import { z } from "zod";
import { asLine, asLines, isLine, isLines } from "../kernel/text";
import { quoteIdText } from "./domain/new-order";

type Limits = Readonly<{
  /** The most characters of a text that people read, by how long it usually is. */
  short: number;
  line: number;
  long: number;
}>;

/** How texts, numbers and units are written. */
type Forms = Readonly<{
  limits: Limits;
  amount: z.ZodType<string>;
  signedAmount: z.ZodType<string>;
  units: z.ZodType<number>;
  sku: z.ZodType<string>;
  number: z.ZodType<string>;
  id: z.ZodString;
  /** A text on one line, such as a name or an address. */
  line: (max: number) => z.ZodString;
  /** A text that may have several lines, such as a note. */
  lines: (max: number) => z.ZodString;
}>;

const AMOUNT = /^\d{1,15}(\.\d{1,6})?$/;
const SIGNED_AMOUNT = /^-?\d{1,15}(\.\d{1,6})?$/;
const NO_AMOUNT = "is not a decimal amount of zero or more";
const NO_SIGNED_AMOUNT = "is not a decimal amount";
const MAX_UNITS = 1_000_000;

/** Half of a surrogate pair cannot be stored, and is replaced. */
const wellFormed = z.string().overwrite((text) => text.toWellFormed());
const NO_LINE = "must not contain control characters";
const exactLine = wellFormed.trim().refine(isLine, NO_LINE);

const EXACT: Forms = {
  line: (max) => exactLine.max(max),
  lines: (max) => wellFormed.refine(isLines, NO_LINE).max(max),
  limits: { short: 50, line: 500, long: 5_000 },
  amount: z.string().regex(AMOUNT, NO_AMOUNT),
  signedAmount: z.string().regex(SIGNED_AMOUNT, NO_SIGNED_AMOUNT),
  units: z.number().int().min(1).max(MAX_UNITS),
  sku: exactLine.max(100),
  number: exactLine.min(1).max(100),
  id: exactLine.min(1).max(255),
};

const cleanLine = z.string().overwrite(asLine);
const textOrNumber = z.union([cleanLine, z.number().transform(String)], { error: "is not a text" });

const AS_SENT: Forms = {
  line: (max) => cleanLine.max(max),
  lines: (max) => z.string().overwrite(asLines).max(max),
  limits: { short: 5_000, line: 5_000, long: 50_000 },
  amount: textOrNumber.pipe(z.string().trim().regex(AMOUNT, NO_AMOUNT)),
  signedAmount: textOrNumber.pipe(z.string().trim().regex(SIGNED_AMOUNT, NO_SIGNED_AMOUNT)),
  // Parts of a unit are mended by `mendOrder`.
  units: textOrNumber
    .pipe(z.string().regex(/^\s*\d+(\.\d+)?\s*$/, "is not a quantity"))
    .transform(Number)
    .pipe(z.number().min(0).max(MAX_UNITS)),
  sku: textOrNumber.pipe(z.string().max(255)),
  number: textOrNumber.pipe(z.string().min(1).max(255)),
  id: cleanLine.min(1).max(255),
};

const instant = z.iso.datetime({ offset: true, error: "is not an ISO 8601 time" });

/** Which of them are currencies, and the channel's, is checked afterwards. */
const currency = z
  .string()
  .regex(/^[A-Z]{3}(:[0-8])?$/, "is not an ISO 4217 code, nor an unlisted code with its decimals");

const addressOf = ({ limits, line: lineOfAtMost }: Forms) => {
  const line = lineOfAtMost(limits.line).nullish();
  const short = lineOfAtMost(limits.short).nullish();
  return z.strictObject({
    name: line,
    company: line,
    line1: line,
    line2: line,
    city: line,
    region: line,
    postalCode: short,
    countryCode: z
      .string()
      .regex(/^[A-Z]{2}$/, "is not an ISO 3166-1 alpha-2 code")
      .nullish(),
    phone: short,
    latitude: z.number().min(-90).max(90).nullish(),
    longitude: z.number().min(-180).max(180).nullish(),
  });
};

const lineOf = ({ limits, line, id, amount, units, sku }: Forms) =>
  z.strictObject({
    externalId: id,
    sku: sku.nullish(),
    title: line(limits.line).min(1),
    kind: z.enum(["physical", "digital", "gift_card", "fee"]).optional(),
    quantity: units,
    unitPrice: amount,
    discount: amount.optional(),
    tax: amount.optional(),
  });

const refundOf = ({ limits, line, id, amount, units }: Forms) =>
  z.strictObject({
    externalId: id,
    amount,
    shipping: amount.optional(),
    kept: amount
      .optional()
      .describe(
        "Of the worth of the refund's units, what was kept and is not owed, such as a restocking fee.",
      ),
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
    reason: line(limits.long).nullish(),
    at: instant,
  });

const fulfillmentOf = ({ limits, line, id, units }: Forms) =>
  z.strictObject({
    externalId: id,
    lines: z.array(z.strictObject({ externalLineId: id, quantity: units })).max(500),
    locationId: line(50).nullish(),
    carrier: line(limits.line).nullish(),
    trackingNumber: line(limits.line).nullish(),
    trackingUrl: line(2_000).nullish(),
    at: instant,
  });

const orderOf = (forms: Forms) => {
  const { limits, amount, signedAmount, number, id } = forms;
  const line = forms.line(limits.line).nullish();
  const address = addressOf(forms).nullish();
  const kind = z.enum(["captured", "authorized", "gift_card"]);
  return z.strictObject({
    externalId: id,
    number: number.optional(),
    currency,
    taxIncluded: z.boolean().optional(),
    placedAt: instant,
    updatedAt: instant
      .optional()
      .describe(
        "When the storefront changed the order last. The latest time in the order counts if it is later, or if this is missing. Of an order that is known, a state that is not newer changes nothing. A time of more than five minutes ahead counts as now.",
      ),
    cancelledAt: instant
      .nullish()
      .describe("When the storefront cancelled the order. Without it the order is open, or open again."),
    cancelReason: line,
    email: forms.line(320).nullish(),
    phone: forms.line(limits.short).nullish(),
    customerName: line,
    locale: forms.line(35).nullish(),
    shippingAddress: address,
    billingAddress: address,
    shippingMethod: line,
    pickupLocationId: forms.line(50).nullish(),
    lines: z.array(lineOf(forms)).min(1).max(500),
    shipping: z.strictObject({ amount, discount: amount.optional(), tax: amount.optional() }).optional(),
    rounding: signedAmount
      .optional()
      .describe(
        "What the shop's own rounding adds to the total, or takes off: total = lines + shipping + rounding.",
      ),
    total: amount,
    payments: z
      .array(z.strictObject({ externalId: id, kind, amount, at: instant }))
      .max(100)
      .optional(),
    refunds: z.array(refundOf(forms)).max(100).optional(),
    fulfillments: z
      .array(fulfillmentOf(forms))
      .max(100)
      .optional()
      .describe("What the shop, or another app, has sent by itself; each with all its units so far."),
    test: z.boolean().optional().describe("A test of the checkout: nothing of it is sent or booked."),
    note: forms.lines(limits.long).nullish(),
    quoteId: quoteId(),
    reservationTokens: z.array(id).max(10).optional(),
  });
};

/** A value of any form: a quote that does not count never refuses an order. */
function quoteId() {
  return z
    .preprocess(quoteIdText, z.string().nullable())
    .optional()
    .describe(
      "The `quoteId` of the availability quote that the customer saw. Days after the quoted one are late in sourcing. A quote that does not count never refuses the order: the event `order.quoted` names why.",
    );
}

export const CanonicalOrder = orderOf(EXACT);
export type CanonicalOrder = z.output<typeof CanonicalOrder>;

/** The order of a callback. */
export const CanonicalOrderAsSent = orderOf(AS_SENT);

/** The body of `refund.created`: a refund without its order. The currency defaults to the channel's. */
export const CanonicalRefundCreated = z.strictObject({
  externalOrderId: AS_SENT.id,
  currency: currency.optional(),
  refund: refundOf(AS_SENT),
});
export type CanonicalRefundCreated = z.output<typeof CanonicalRefundCreated>;

/** The body of `order.deleted`. No other body has this form, so that the topic need not be signed. */
export const CanonicalOrderDeleted = z.strictObject({ externalOrderId: AS_SENT.id, deletedAt: instant });

/** The query and the answer of the availability route. */
import { z } from "@hono/zod-openapi";
import { CountryCode, Instant, LocalDay, Quantity, SkuCode, Slug, text } from "../../platform/http/schemas";

const MAX_SKUS = 50;
export const AvailabilityQuery = z
  .object({
    skus: z
      .string()
      .openapi({
        description: `SKUs, separated by commas; at most ${MAX_SKUS}.`,
        example: "MUG-BLUE,MUG-RED",
      })
      .transform((skus) => skus.split(","))
      .pipe(z.array(SkuCode).min(1).max(MAX_SKUS)),
    quantities: z
      .string()
      .optional()
      .openapi({
        description:
          "How many units of each SKU the quote is for, in the order of `skus`; one of each by default.",
        example: "2,1",
      })
      .transform((quantities) => quantities?.split(",").map(Number))
      .pipe(z.array(Quantity).max(MAX_SKUS).optional()),
    channelId: Slug,
    countryCode: CountryCode.optional().openapi({ description: "The destination." }),
    region: text(100).optional(),
    postalCode: text(20).optional(),
    shippingMethod: text(200).optional().openapi({
      description: "The customer's choice of delivery, as the order will name it.",
    }),
    valueMinor: z.coerce.number().int().min(0).max(1_000_000_000_000).optional().openapi({
      description:
        "The value of the order in the books' currency, for the rule that a small order is not split. Without it, the quote holds for orders of any value.",
    }),
    strong: z
      .enum(["0", "1"])
      .default("0")
      .openapi({ description: "1 reads stock from the SKUs' objects instead of the database." }),
    remember: z.enum(["0", "1"]).default("0").openapi({
      description:
        "1 stores the quote, so that an order to the same destination, of the same SKUs and no more units, counts as placed on it without its id. For checkouts that cannot pass the id to the order; not for product pages. Scope `reservations:write`.",
    }),
  })
  .refine(({ countryCode, region, postalCode }) => countryCode !== undefined || !(region ?? postalCode), {
    path: ["countryCode"],
    error: "is needed with a region or a postal code",
  })
  .refine(({ skus, quantities }) => quantities === undefined || quantities.length === skus.length, {
    path: ["quantities"],
    error: "are not as many as the SKUs",
  });

const Option = z.object({
  serviceId: z.string(),
  serviceName: z.string(),
  locationId: z.string(),
  shipByOn: LocalDay,
  deliverFromOn: LocalDay,
  deliverByOn: LocalDay,
});

const Item = z.object({
  sku: z.string(),
  known: z.boolean().openapi({ description: "False if there is no such SKU." }),
  available: z.int().openapi({ description: "Units that can be shipped now, less the channel's buffer." }),
  policy: z.enum(["deny", "backorder", "preorder"]).nullable(),
  locations: z.array(z.object({ locationId: z.string(), available: z.int() })),
  availableToPromise: z
    .array(z.object({ on: LocalDay, quantity: z.int() }))
    .openapi({ description: "Units in all from each day on, after backorders are served." }),
  delivery: z
    .object({
      shipByOn: LocalDay.nullable(),
      cheapest: Option.nullable(),
      fastest: Option.nullable(),
      noDate: z
        .enum([
          "no_destination",
          "nothing_expected",
          "location_closed",
          "no_service",
          "not_sourced",
          "supply_unknown",
        ])
        .nullable()
        .openapi({ description: "Why there is no day of arrival." }),
    })
    .openapi({ description: "Delivery of one unit that is ordered now." }),
  pickup: z.array(
    z.object({
      locationId: z.string(),
      name: z.string(),
      available: z.int(),
      readyOn: LocalDay.nullable().openapi({ description: "Local to the store. Null if it has none." }),
    }),
  ),
});
export type Item = z.infer<typeof Item>;

const Days = {
  shipByOn: LocalDay.nullable(),
  deliverFromOn: LocalDay.nullable(),
  deliverByOn: LocalDay.nullable(),
  noDate: z.string().nullable().openapi({ description: "Why there is no date, or no delivery date." }),
};

export const QuoteSchema = z
  .object({
    quoteId: z.string().openapi({
      description:
        "An order that names it is sourced so that it arrives by the quoted day, as far as stock allows and the channel's cost of a late day makes it worth it. About 95 characters, and 8 more for each further SKU.",
    }),
    validUntil: Instant,
    remembered: z.boolean().openapi({ description: "Whether an order may be placed on it without its id." }),
    deliverFromOn: LocalDay,
    deliverByOn: LocalDay,
    lines: z.array(z.object({ sku: z.string(), quantity: z.int(), ...Days })),
  })
  .openapi("Quote");

export const AvailabilitySchema = z
  .object({
    channelId: z.string(),
    asOf: Instant,
    destination: z
      .object({
        countryCode: z.string(),
        region: z.string().nullable(),
        precision: z.enum(["region", "country", "unknown"]).openapi({
          description:
            "How exactly it is known. The less exactly, the wider the range of days. An unknown postal code counts as its country.",
        }),
      })
      .nullable(),
    items: z.array(Item).openapi({ description: "Each SKU by itself." }),
    quote: QuoteSchema.nullable().openapi({
      description:
        "When one order of all SKUs would arrive that is placed now: what sourcing would do with it.",
    }),
    noQuote: z.enum(["no_destination", "unknown_sku", "no_date"]).nullable().openapi({
      description:
        "Why there is no quote. `no_date`: units of a SKU have no day of arrival; the item's `delivery` names why.",
    }),
  })
  .openapi("Availability");

/** An order as lists show it, and how fresh a list is. */
import { z } from "@hono/zod-openapi";
import { Currency, Instant, instantOf } from "../../platform/http/schemas";
import { ORDER_STATUSES, type ListedOrder } from "../domain/listed-order";

const Minor = z.int().openapi({ description: "In minor units of the order's currency." });
const Units = z.int().min(0);

export const AsOf = Instant.nullable().openapi({
  description:
    "No change before this time is missing. Null if that is unknown, because a database did not answer.",
});

export const asOfJson = (asOf: number | null): string | null => (asOf === null ? null : instantOf(asOf));

const ListedOrderSchema = z
  .object({
    id: z.string(),
    version: z.int().openapi({ description: "The order's version that is shown." }),
    updatedAt: Instant.openapi({ description: "When that version was committed." }),
    channelId: z.string(),
    externalId: z.string(),
    number: z.string(),
    status: z.enum(ORDER_STATUSES),
    currency: Currency,
    totalMinor: Minor,
    capturedMinor: Minor,
    refundedMinor: Minor,
    email: z.string().nullable(),
    customerName: z.string().nullable(),
    placedAt: Instant,
    holds: z.array(z.string()),
    units: z
      .object({
        ordered: Units,
        unsourced: Units,
        backordered: Units,
        allocated: Units,
        shipped: Units,
        cancelled: Units,
        returned: Units,
      })
      .openapi({ description: "Of all lines: ordered is the sum of the others without returned." }),
  })
  .openapi("OrderSummary");

export const OrderPage = z
  .object({
    items: z.array(ListedOrderSchema),
    nextCursor: z.string().nullable().openapi({ description: "Null on the last page." }),
    asOf: AsOf,
  })
  .openapi("OrderPage");

export const listedOrderJson = (order: ListedOrder): z.output<typeof ListedOrderSchema> => {
  const { id, version, channelId, externalId, number, status, currency, totalMinor, capturedMinor } = order;
  const { refundedMinor, email, customerName, holds } = order;
  const known = { id, version, channelId, externalId, number, status, currency, totalMinor, capturedMinor };
  return {
    ...known,
    refundedMinor,
    email,
    customerName,
    holds: [...holds],
    updatedAt: instantOf(order.updatedAt),
    placedAt: instantOf(order.placedAt),
    units: unitsOf(order),
  };
};

function unitsOf({ lines }: ListedOrder) {
  const sum = {
    ordered: 0,
    unsourced: 0,
    backordered: 0,
    allocated: 0,
    shipped: 0,
    cancelled: 0,
    returned: 0,
  };
  for (const [, , ordered, unsourced, backordered, allocated, shipped, cancelled, returned] of lines) {
    sum.ordered += ordered;
    sum.unsourced += unsourced;
    sum.backordered += backordered;
    sum.allocated += allocated;
    sum.shipped += shipped;
    sum.cancelled += cancelled;
    sum.returned += returned;
  }
  return sum;
}

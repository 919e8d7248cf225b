/** The route that lists and searches orders. */
import { createRoute, z } from "@hono/zod-openapi";
import { orderIdOf } from "../../kernel/ids";
import type { OrdersContext } from "../../orders/context";
import { orderIdsOfNumber } from "../../orders/orders";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import { instantOf, jsonAnswer, PageQuery, Slug, text, toPage } from "../../platform/http/schemas";
import { directoryAsOf } from "../as-of";
import { ORDER_STATUSES, type ListedOrder } from "../domain/listed-order";
import { isSearchable, MAX_PARTS } from "../domain/match";
import { projectionOf } from "../domain/project-order";
import { readOrders } from "../project-orders";
import { findOrders } from "../storage/find-orders";
import { isKey } from "../storage/listed-orders";
import { asOfJson, listedOrderJson, OrderPage } from "./listed-order-schema";

const Filters = PageQuery.extend({
  q: text(200)
    .refine(isSearchable, "has no letter or digit")
    .optional()
    .openapi({ description: "Words to search for.", example: "lovelace 1002" }),
  status: z.enum(ORDER_STATUSES).optional(),
  channelId: Slug.optional(),
  number: text(100).optional().openapi({ description: "With or without `#`.", example: "1002" }),
  externalId: text(200).optional().openapi({ description: "The storefront's id, with `channelId`." }),
  email: text(320).optional(),
  sku: text(100).optional(),
});
type Query = z.output<typeof Filters>;

const ListQuery = Filters.refine(({ cursor }) => cursor === "" || isKey(cursor), {
  path: ["cursor"],
  error: "is not a cursor of this list",
}).refine(isOneOrder, { path: ["externalId"], error: "takes channelId and no other filter" });

const list = createRoute({
  method: "get",
  path: "/v1/orders",
  operationId: "listOrders",
  summary: "List and search orders",
  description: [
    "Newest first. All filters that are given must hold.",
    `\`q\` has words, of which the first ${MAX_PARTS} count: each must be the beginning of a word of the order's number,`,
    "storefront's id, email, name, phone, postcode, SKUs, titles and tracking numbers, in any case, with or without accents",
    "and punctuation; a word of one or two letters must be the whole word.",
    "Lists are read from the order directory, which follows the orders within seconds: no change before `asOf` is missing.",
    "With `channelId` and `number`, or with `channelId` and `externalId`, and no other filter, the order is read as it is",
    "now. Scope `orders:read`.",
  ].join(" "),
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: {
    query: ListQuery,
  },
  responses: { 200: jsonAnswer(OrderPage, "A page of orders."), ...problems() },
});

export function registerOrderList(app: App<OrdersContext>): void {
  app.openapi(list, async (c) => {
    const { context } = c.var;
    const query = c.req.valid("query");
    const { limit, cursor } = query;
    const now = context.now();
    const known = await ordersAsTheyAre(context, query);
    if (known !== null) {
      const items = known.slice(0, limit).map(listedOrderJson);
      return c.json({ items, nextCursor: null, asOf: instantOf(now) }, 200);
    }
    const filters = { ...query, email: query.email?.toLowerCase() };
    const asOf = await directoryAsOf(context);
    const before = cursor === "" ? null : cursor;
    const rows = await findOrders(context.databases.directory, filters, before, limit + 1);
    return c.json({ ...toPage(rows, limit, ({ key }) => key, listedOrderJson), asOf: asOfJson(asOf) }, 200);
  });
}

const isAlone = ({ q, status, email, sku }: Query) =>
  [q, status, email, sku].every((filter) => filter === undefined);

function isOneOrder(query: Query): boolean {
  const { externalId, channelId, number } = query;
  return externalId === undefined || (channelId !== undefined && number === undefined && isAlone(query));
}

/** Read from the orders databases; null if the query does not name an order. */
async function ordersAsTheyAre(context: OrdersContext, query: Query): Promise<ListedOrder[] | null> {
  const { channelId, externalId, number } = query;
  if (channelId === undefined || !isAlone(query)) return null;
  if (externalId === undefined && number === undefined) return null;
  const ids =
    number === undefined
      ? [orderIdOf(channelId, externalId!)]
      : await orderIdsOfNumber(context.databases.allOrders, channelId, number);
  const found = await readOrders(context, ids);
  return found
    .map(({ order, committedAt }) => projectionOf(order, committedAt))
    .toSorted((a, b) => b.placedAt - a.placedAt);
}

/**
 * Stock in Shopify, by its GraphQL Admin API from version 2026-04 on. A channel's units are those of the shop's
 * primary location: where the units really are is for us to know. An item that Shopify does not track, or does
 * not stock there, is not pushed.
 *
 * A quantity is set only where it still is what Shopify was last pushed; a sale that has not reached us yet is
 * not overwritten. https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities and
 * …/docs/api/usage/implementing-idempotency, …/docs/api/usage/limits, as of November 2026.
 */
import { z } from "zod";
import type { ConnectionOf } from "../domain/channel-connection";
import { accept, reject, type Result } from "../../kernel/result";
import type { Listing, NotPushed, StorefrontRejection, StorefrontStock, StockToPush } from "../ports";
import { away, callApi } from "../storefronts/api-call";

const FIRST_VERSION = "2026-04";
/** A query of so many, with a level and a quantity each, stays well within the most that one may cost. */
const MAX_FOUND = 50;
const MAX_PUSHED = 250;
/** Of what its search takes for the SKUs asked for; a shop that has more alike is asked in vain, and that is seen. */
const MAX_PAGES = 20;

const HOME = "query { location { id } }";
const FIND = `query Find($query: String!, $location: ID!, $most: Int!, $after: String) {
  inventoryItems(first: $most, query: $query, after: $after) {
    nodes { id sku tracked inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const SET = `mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code field message } }
}`;

const Home = z.object({ location: z.object({ id: z.string() }).nullable() });
const Found = z.object({
  inventoryItems: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        sku: z.string().nullable(),
        tracked: z.boolean(),
        inventoryLevel: z
          .object({ quantities: z.array(z.object({ quantity: z.number().int() })) })
          .nullable(),
      }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});
type Item = z.output<typeof Found>["inventoryItems"]["nodes"][number];
const Set = z.object({
  inventorySetQuantities: z.object({
    userErrors: z.array(
      z.object({ code: z.string().nullish(), field: z.array(z.string()).nullish(), message: z.string() }),
    ),
  }),
});
const Envelope = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }),
    )
    .optional(),
  extensions: z
    .object({
      cost: z.object({
        requestedQueryCost: z.number(),
        throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number() }),
      }),
    })
    .optional()
    .catch(undefined),
});

type Connection = ConnectionOf<"shopify">;
type Fetch = typeof globalThis.fetch;

/** `fetch` is asked for, so that a test can answer as Shopify does. */
export const createShopifyStock = (connection: Connection, fetch: Fetch): StorefrontStock => ({
  maxFound: MAX_FOUND,
  maxPushed: MAX_PUSHED,
  find: async (skus) => {
    const home = await ask(connection, fetch, HOME, {}, Home);
    if (!home.ok) return home;
    const location = home.value.location?.id;
    if (location === undefined)
      return reject({ code: "refused", detail: "the shop has no primary location" });
    const found = await itemsLike(connection, fetch, skus, location);
    if (!found.ok) return found;
    const wanted = new globalThis.Set(skus);
    return accept(
      found.value.flatMap(({ id, sku, tracked, inventoryLevel }): Listing[] => {
        // Its search takes SKUs in any case, and parts of them.
        if (sku === null || !wanted.has(sku) || !tracked || !inventoryLevel) return [];
        const shown = inventoryLevel.quantities[0]?.quantity ?? null;
        return [{ sku, externalId: `${id} ${location}`, shown }];
      }),
    );
  },
  push: async (pushed, key) => {
    if (connection.apiVersion < FIRST_VERSION) {
      const detail = `stock is told from version ${FIRST_VERSION} of Shopify's API on`;
      return reject({ code: "refused", detail });
    }
    const first = await set(connection, fetch, pushed, key);
    if (!first.ok || first.value.length === 0 || first.value.length === pushed.length) return first;
    // Shopify takes all of them or none: the others are pushed without those that it named.
    const named = new globalThis.Set(first.value.map(({ sku }) => sku));
    const others = pushed.filter(({ sku }) => !named.has(sku));
    const second = await set(connection, fetch, others, `${key}-2`);
    return second.ok ? accept([...first.value, ...second.value]) : second;
  },
});

/** All of them: what is found beside the SKUs must crowd none of them out, nor one that is there twice. */
async function itemsLike(
  connection: Connection,
  fetch: Fetch,
  skus: readonly string[],
  location: string,
): Promise<Result<readonly Item[], StorefrontRejection>> {
  const query = skus.map((sku) => `sku:"${sku.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(" OR ");
  const items: Item[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const variables: Readonly<Record<string, unknown>> = { query, location, most: skus.length * 2, after };
    const found: Result<z.output<typeof Found>, StorefrontRejection> = await ask(
      connection,
      fetch,
      FIND,
      variables,
      Found,
    );
    if (!found.ok) return found;
    const { nodes, pageInfo }: z.output<typeof Found>["inventoryItems"] = found.value.inventoryItems;
    items.push(...nodes);
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return accept(items);
    after = pageInfo.endCursor;
  }
  return reject({ code: "refused", detail: "the shop has too many SKUs that are alike" });
}

/** Nothing of it was done unless the answer is an empty list. */
async function set(
  connection: Connection,
  fetch: Fetch,
  pushed: readonly StockToPush[],
  key: string,
): Promise<Result<readonly NotPushed[], StorefrontRejection>> {
  const quantities = pushed.map(({ externalId, quantity, before }) => {
    const [inventoryItemId, locationId] = externalId.split(" ");
    return { inventoryItemId, locationId, quantity, changeFromQuantity: before };
  });
  const input = { name: "available", reason: "correction", quantities };
  const answer = await ask(connection, fetch, SET, { input, key }, Set);
  if (!answer.ok) return answer;
  const errors = answer.value.inventorySetQuantities.userErrors;
  const named = new Map<number, string>();
  for (const { code, field } of errors) {
    const place = Number(field?.find((part) => /^\d+$/.test(part)));
    if (pushed[place] === undefined) return reject({ code: "refused", detail: codeOf(code) });
    named.set(place, codeOf(code));
  }
  return accept([...named].map(([place, detail]) => ({ sku: pushed[place]!.sku, detail })));
}

const codeOf = (code: string | null | undefined): string =>
  `Shopify answers ${code ?? "an error without a code"}`;

async function ask<Schema extends z.ZodType>(
  { baseUrl, accessToken, apiVersion }: Connection,
  fetch: Fetch,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  schema: Schema,
): Promise<Result<z.output<Schema>, StorefrontRejection>> {
  const answer = await callApi(fetch, {
    method: "POST",
    url: `${baseUrl}/admin/api/${apiVersion}/graphql.json`,
    headers: { "x-shopify-access-token": accessToken },
    body: { query, variables },
  });
  if (!answer.ok) return answer;
  const envelope = Envelope.safeParse(answer.value);
  if (!envelope.success) return away("Shopify answers in a form that is not its own");
  const { data, errors = [], extensions } = envelope.data;
  const [error] = errors;
  if (error) {
    const code = error.extensions?.code;
    if (code !== "THROTTLED") return reject({ code: "refused", detail: codeOf(code) });
    return away(codeOf(code), restoredIn(extensions?.cost));
  }
  const read = schema.safeParse(data);
  return read.success ? accept(read.data) : away("Shopify answers in a form that is not its own");
}

type Cost = NonNullable<NonNullable<z.output<typeof Envelope>["extensions"]>["cost"]>;

/** Until the bucket holds enough for the same question, in milliseconds. */
function restoredIn(cost: Cost | undefined): number {
  if (!cost) return 1_000;
  const { currentlyAvailable, restoreRate } = cost.throttleStatus;
  const missing = Math.max(0, cost.requestedQueryCost - currentlyAvailable);
  return Math.ceil((missing / Math.max(1, restoreRate)) * 1_000);
}

/**
 * Stock in Shopify, by its GraphQL Admin API from version 2026-04 on. A channel's units are set at the shop's primary
 * location: our own locations are not Shopify's. An item that Shopify does not track, or does not stock there, is not
 * pushed.
 *
 * A quantity is set only while Shopify still has what was last pushed, so that a sale that we have not received is not
 * overwritten. https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities and
 * …/docs/api/usage/implementing-idempotency, …/docs/api/usage/limits, as of November 2026.
 */
import { z } from "zod";
import { accept, reject, type Result } from "../../kernel/result";
import { away, callApi, documentedShape } from "../shared/api-call";
import type { Fetch } from "../storefront-adapter";
import type {
  Listing,
  NotPushed,
  StorefrontRejection,
  StorefrontStock,
  StockToPush,
} from "../storefront-api";
import type { ShopifyConnection } from "./connection";

const FIRST_VERSION = "2026-04";
/** A query of this many items, with a level and a quantity each, costs well under Shopify's limit. */
const MAX_FOUND = 50;
const MAX_PUSHED = 250;
/** Shopify's search also finds similar SKUs. A shop with more of them than this is refused. */
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

const HomeData = z.object({ location: z.object({ id: z.string() }).nullable() });
const FoundData = z.object({
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
type Item = z.output<typeof FoundData>["inventoryItems"]["nodes"][number];
const SetData = z.object({
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

type Query = <Schema extends z.ZodType>(
  text: string,
  variables: Readonly<Record<string, unknown>>,
  schema: Schema,
) => Promise<Result<z.output<Schema>, StorefrontRejection>>;

export function createShopifyStock(connection: ShopifyConnection, fetch: Fetch): StorefrontStock {
  const query = createQuery(connection, fetch);
  return {
    maxFound: MAX_FOUND,
    maxPushed: MAX_PUSHED,
    find: (skus) => find(query, skus),
    push: async (pushed, key) => {
      if (connection.apiVersion < FIRST_VERSION) {
        const detail = `stock is pushed to version ${FIRST_VERSION} of Shopify's API and later`;
        return reject({ code: "refused", detail });
      }
      return push(query, pushed, key);
    },
  };
}

async function find(
  query: Query,
  skus: readonly string[],
): Promise<Result<readonly Listing[], StorefrontRejection>> {
  const home = await query(HOME, {}, HomeData);
  if (!home.ok) return home;
  const location = home.value.location?.id;
  if (location === undefined) return reject({ code: "refused", detail: "the shop has no primary location" });
  const found = await similarItems(query, skus, location);
  if (!found.ok) return found;
  const wanted = new Set(skus);
  return accept(
    found.value.flatMap(({ id, sku, tracked, inventoryLevel }): Listing[] => {
      // The search ignores case, and finds SKUs that begin alike.
      if (sku === null || !wanted.has(sku) || !tracked || !inventoryLevel) return [];
      const shown = inventoryLevel.quantities[0]?.quantity ?? null;
      return [{ sku, externalId: `${id} ${location}`, shown }];
    }),
  );
}

/** Every page: on the first alone, similar SKUs could leave no room for a wanted one, or hide that it is there twice. */
async function similarItems(
  query: Query,
  skus: readonly string[],
  location: string,
): Promise<Result<readonly Item[], StorefrontRejection>> {
  const search = skus.map((sku) => `sku:"${sku.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(" OR ");
  const items: Item[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const variables: Readonly<Record<string, unknown>> = {
      query: search,
      location,
      most: skus.length * 2,
      after,
    };
    const found: Result<z.output<typeof FoundData>, StorefrontRejection> = await query(
      FIND,
      variables,
      FoundData,
    );
    if (!found.ok) return found;
    const { nodes, pageInfo }: z.output<typeof FoundData>["inventoryItems"] = found.value.inventoryItems;
    items.push(...nodes);
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return accept(items);
    after = pageInfo.endCursor;
  }
  return reject({ code: "refused", detail: "the shop has too many similar SKUs" });
}

/** Shopify sets all quantities or none: after a refusal, the others are pushed without those that it named. */
async function push(
  query: Query,
  pushed: readonly StockToPush[],
  key: string,
): Promise<Result<readonly NotPushed[], StorefrontRejection>> {
  const first = await setQuantities(query, pushed, key);
  if (!first.ok || first.value.length === 0 || first.value.length === pushed.length) return first;
  const named = new Set(first.value.map(({ sku }) => sku));
  const others = pushed.filter(({ sku }) => !named.has(sku));
  const second = await setQuantities(query, others, `${key}-2`);
  return second.ok ? accept([...first.value, ...second.value]) : second;
}

/** Returns the SKUs that Shopify named. No quantity was set unless that is an empty list. */
async function setQuantities(
  query: Query,
  pushed: readonly StockToPush[],
  key: string,
): Promise<Result<readonly NotPushed[], StorefrontRejection>> {
  const quantities = pushed.map(({ externalId, quantity, before }) => {
    const [inventoryItemId, locationId] = externalId.split(" ");
    return { inventoryItemId, locationId, quantity, changeFromQuantity: before };
  });
  const input = { name: "available", reason: "correction", quantities };
  const answer = await query(SET, { input, key }, SetData);
  if (!answer.ok) return answer;
  const named = new Map<number, string>();
  for (const { code, field } of answer.value.inventorySetQuantities.userErrors) {
    const index = Number(field?.find((part) => /^\d+$/.test(part)));
    if (pushed[index] === undefined) return reject({ code: "refused", detail: detailOf(code) });
    named.set(index, detailOf(code));
  }
  return accept([...named].map(([index, detail]) => ({ sku: pushed[index]!.sku, detail })));
}

const detailOf = (code: string | null | undefined): string =>
  `Shopify answers ${code ?? "an error without a code"}`;

function createQuery({ baseUrl, accessToken, apiVersion }: ShopifyConnection, fetch: Fetch): Query {
  return async (text, variables, schema) => {
    const answer = await callApi(fetch, {
      method: "POST",
      url: `${baseUrl}/admin/api/${apiVersion}/graphql.json`,
      headers: { "x-shopify-access-token": accessToken },
      body: { query: text, variables },
    });
    if (!answer.ok) return answer;
    const envelope = documentedShape("Shopify", Envelope, answer.value);
    if (!envelope.ok) return envelope;
    const { data, errors = [], extensions } = envelope.value;
    const [error] = errors;
    if (!error) return documentedShape("Shopify", schema, data);
    const code = error.extensions?.code;
    if (code !== "THROTTLED") return reject({ code: "refused", detail: detailOf(code) });
    return away(detailOf(code), restoredInMs(extensions?.cost));
  };
}

type Cost = NonNullable<NonNullable<z.output<typeof Envelope>["extensions"]>["cost"]>;

/** Until the rate limit's bucket holds enough for the same query. */
function restoredInMs(cost: Cost | undefined): number {
  if (!cost) return 1_000;
  const { currentlyAvailable, restoreRate } = cost.throttleStatus;
  const missing = Math.max(0, cost.requestedQueryCost - currentlyAvailable);
  return Math.ceil((missing / Math.max(1, restoreRate)) * 1_000);
}

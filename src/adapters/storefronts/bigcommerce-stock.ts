/**
 * Stock in BigCommerce, by its Inventory API: absolute adjustments at the store's default location, a batch at a
 * time, as it asks for. https://docs.bigcommerce.com/developer/api-reference/rest/admin/management/inventory,
 * as of November 2026.
 */
import { z } from "zod";
import type { ConnectionOf } from "../../domain/channel-connection";
import { accept, type Result } from "../../domain/result";
import type { Listing, StorefrontRejection, StorefrontStock } from "../ports";
import { away, callApi, type ApiCall } from "./api-call";

/** Every store has it, and one that has no other sells from it. */
const DEFAULT_LOCATION = 1;
const MOST_FOUND = 40;
/** It takes 2,000, and asks for batches of fewer: one that fails is told in parts. */
const MOST_TOLD = 500;

const Items = z.object({
  data: z.array(
    z.object({
      identity: z.object({ sku: z.string(), variant_id: z.number().int() }),
      locations: z.array(
        z.object({ location_id: z.number().int(), total_inventory_onhand: z.number().int() }),
      ),
    }),
  ),
});
const Adjusted = z.object({ transaction_id: z.string().optional() });

type Connection = ConnectionOf<"bigcommerce">;
type Fetch = typeof globalThis.fetch;

/** `fetch` is asked for, so that a test can answer as BigCommerce does. */
export const createBigCommerceStock = (connection: Connection, fetch: Fetch): StorefrontStock => ({
  mostFound: MOST_FOUND,
  mostTold: MOST_TOLD,
  find: async (skus) => {
    const list = skus.filter((sku) => !sku.includes(",")).map(encodeURIComponent);
    const path = `/v3/inventory/items?sku:in=${list.join(",")}&location_id:in=${DEFAULT_LOCATION}&limit=250`;
    const found = await ask(connection, fetch, { method: "GET", path }, Items);
    if (!found.ok) return found;
    const wanted = new Set(skus);
    return accept(
      found.value.data.flatMap(({ identity, locations }): Listing[] => {
        const here = locations.find(({ location_id }) => location_id === DEFAULT_LOCATION);
        if (!here || !wanted.has(identity.sku)) return [];
        // What may be sold there is this less a safety stock of the store's own.
        return [
          { sku: identity.sku, externalId: String(identity.variant_id), shown: here.total_inventory_onhand },
        ];
      }),
    );
  },
  tell: async (told) => {
    const items = told.map(({ externalId, quantity }) => ({
      location_id: DEFAULT_LOCATION,
      variant_id: Number(externalId),
      quantity,
    }));
    const body = { reason: "available to this channel", items };
    const path = "/v3/inventory/adjustments/absolute";
    const answer = await ask(connection, fetch, { method: "PUT", path, body }, Adjusted);
    return answer.ok ? accept([]) : answer;
  },
});

type Asked = Pick<ApiCall, "method" | "body"> & Readonly<{ path: string }>;

async function ask<Schema extends z.ZodType>(
  { baseUrl, accessToken }: Connection,
  fetch: Fetch,
  { path, ...call }: Asked,
  schema: Schema,
): Promise<Result<z.output<Schema>, StorefrontRejection>> {
  const headers = { "x-auth-token": accessToken };
  const answer = await callApi(fetch, { ...call, url: `${baseUrl}${path}`, headers });
  if (!answer.ok) return answer;
  const read = schema.safeParse(answer.value);
  return read.success ? accept(read.data) : away("BigCommerce answers in a form that is not its own");
}

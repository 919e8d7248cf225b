/** What a channel may sell now: asked of the SKUs' objects, never of a copy. */
import { createRoute, z } from "@hono/zod-openapi";
import { locationPreference } from "../../domain/sourcing/preference";
import type { StockSnapshot } from "../../domain/stock";
import type { App } from "../app-types";
import { requireScope } from "../auth";
import { withKey } from "../openapi";
import { problem, problems } from "../problem";
import { Instant, instantOf, jsonAnswer, SkuCode, Slug } from "../schemas";

const MOST_SKUS = 50;

const AvailabilityQuery = z.object({
  skus: z
    .string()
    .openapi({ description: `SKUs with commas between, at most ${MOST_SKUS}.`, example: "MUG-BLUE,MUG-RED" })
    .transform((skus) => [...new Set(skus.split(","))])
    .pipe(z.array(SkuCode).min(1).max(MOST_SKUS)),
  channel: Slug,
});

const Item = z.object({
  sku: z.string(),
  known: z.boolean().openapi({ description: "False where there is no such SKU." }),
  available: z.int(),
  policy: z.enum(["deny", "backorder", "preorder"]).nullable(),
  locations: z.array(z.object({ locationId: z.string(), available: z.int() })),
});
type Item = z.infer<typeof Item>;

const AvailabilitySchema = z
  .object({
    channelId: z.string(),
    asOf: Instant,
    items: z.array(Item),
  })
  .openapi("Availability");

const read = createRoute({
  method: "get",
  path: "/v1/availability",
  operationId: "getAvailability",
  summary: "What may be sold now",
  description: "Over the channel's active locations. Nothing is held by asking. Scope `stock:read`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { query: AvailabilityQuery },
  responses: { 200: jsonAnswer(AvailabilitySchema, "What is available."), ...problems() },
});

export function registerAvailability(app: App): void {
  app.openapi(read, async (c) => {
    const { skus, channel: channelId } = c.req.valid("query");
    const { inventory, now, reference } = c.var.context;
    const { channels, locations } = await reference();
    const channel = channels.get(channelId);
    if (!channel) {
      const errors = [{ path: "channel", message: `there is no channel ${channelId}` }];
      return problem(c, { code: "invalid_request", errors });
    }
    const eligible = locationPreference([...locations.values()], channel, null);
    const snapshots = await Promise.all(skus.map((sku) => inventory.snapshot(sku)));
    const items = skus.map((sku, i) => {
      const snapshot = snapshots[i];
      return snapshot?.ok ? availabilityOf(snapshot.value, eligible) : unknown(sku);
    });
    return c.json({ channelId, asOf: instantOf(now()), items }, 200);
  });
}

function availabilityOf({ facts, levels }: StockSnapshot, eligible: readonly string[]): Item {
  const free = new Map(levels.map(({ locationId, available }) => [locationId, available]));
  const locations = eligible.map((locationId) => ({ locationId, available: free.get(locationId) ?? 0 }));
  const available = locations.reduce((sum, location) => sum + location.available, 0);
  return { sku: facts.sku, known: true, available, policy: facts.policy, locations };
}

const unknown = (sku: string): Item => ({ sku, known: false, available: 0, policy: null, locations: [] });

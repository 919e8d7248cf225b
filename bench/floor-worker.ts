/**
 * The floor: the least that creating an order can cost on this platform. It calls one object, which writes one row, and
 * inserts one row into D1. It checks and decides nothing. Aftercart's cost is compared with it.
 */
import { DurableObject } from "cloudflare:workers";

type FloorEnv = Readonly<{ DB: D1Database; SHELF: DurableObjectNamespace<Shelf> }>;

export class Shelf extends DurableObject<FloorEnv> {
  constructor(ctx: DurableObjectState, env: FloorEnv) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY, quantity INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    );
  }

  take(id: string, quantity: number): number {
    this.ctx.storage.sql.exec("INSERT INTO taken VALUES (?, ?)", id, quantity);
    return quantity;
  }
}

type Order = Readonly<{ externalId: string; lines: readonly [{ sku: string; quantity: number }] }>;

export default {
  fetch: async (request, env) => {
    const { externalId, lines }: Order = await request.json();
    const [{ sku, quantity }] = lines;
    const taken = await env.SHELF.get(env.SHELF.idFromName(sku)).take(externalId, quantity);
    await env.DB.prepare("INSERT INTO orders (id, sku, quantity) VALUES (?1, ?2, ?3)")
      .bind(externalId, sku, taken)
      .run();
    return Response.json({ id: externalId }, { status: 201 });
  },
} satisfies ExportedHandler<FloorEnv>;

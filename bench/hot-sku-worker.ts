/**
 * Allocations of one SKU through the object's client, and nothing else of an order. For a SKU whose name begins with
 * `ALONE`, each call is done at once, as if no other one was near it in time.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { Env } from "../src/env";
import { createInventoryClient } from "../src/inventory/inventory-client";
import type { HoldingLine } from "../src/inventory/sku-inventory";
import type { AllocationRequest } from "../src/inventory/domain/allocation-request";
import { lineIdOf, orderIdOf } from "../src/kernel/ids";
import { SkuInventory } from "../src/worker";

const LOCATIONS = ["reno-nv", "york-pa", "memphis-tn"];

class AloneInventory extends SkuInventory {
  #calls = 0;

  protected override async linesWithUnits(_sku: string, lines: readonly HoldingLine[]) {
    return new Set(lines.map(({ lineId }) => lineId));
  }

  override allocate(sku: string, request: AllocationRequest) {
    if (!sku.startsWith("ALONE")) return super.allocate(sku, request);
    const now = Date.now;
    const apart = (this.#calls += 1) * 1_000;
    Date.now = () => now() + apart;
    try {
      return super.allocate(sku, request);
    } finally {
      Date.now = now;
    }
  }
}

export { AloneInventory as SkuInventory };

export default class extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    const inventory = createInventoryClient(this.env.SKU_INVENTORY);
    const [, action, sku, name] = new URL(request.url).pathname.split("/") as [
      string,
      string,
      string,
      string,
    ];
    const now = Date.now();
    if (action === "create") {
      const facts = { policy: "deny", unitCostMinor: 700, weightGrams: 200, volumeMm3: null } as const;
      await inventory.upsertSku({ sku, ...facts, hazardous: false, oversize: false }, now);
      const receipt = {
        type: "receive",
        ref: "ref/asn",
        locationId: LOCATIONS[0]!,
        at: now,
        by: "bench",
      } as const;
      await inventory.recordMovement(sku, { ...receipt, quantity: 1_000_000 });
      return new Response(null, { status: 204 });
    }
    const orderId = orderIdOf("web", name);
    const allocated = await inventory.allocate(sku, {
      holder: lineIdOf(orderId, "1", 1),
      orderId,
      quantity: 1,
      locations: LOCATIONS,
      shortage: "refuse",
      fill: "partial",
      placedAt: now,
      takesOver: [],
      expiresAt: now + 900_000,
      now,
    });
    return new Response(null, { status: allocated.ok ? 200 : 409 });
  }
}

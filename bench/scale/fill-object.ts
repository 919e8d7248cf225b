/** Fills one SKU's object in one transaction, as receipts and allocations would have. */
import type { SkuFacts } from "../../src/inventory/domain/sku-facts";
import type { SkuContent } from "./messages.ts";

export function fillObject(
  storage: DurableObjectStorage,
  { sku, unitCostMinor, siteIds, unitsASite, at, lines }: SkuContent,
  upsertSku: (facts: SkuFacts, now: number) => void,
): void {
  const { sql } = storage;
  const own = { policy: "backorder", unitCostMinor, weightGrams: 200, volumeMm3: null } as const;
  upsertSku({ sku, ...own, hazardous: false, oversize: false }, at);
  storage.transactionSync(() => {
    for (const [i, siteId] of siteIds.entries()) {
      sql.exec(
        "INSERT INTO levels (location_id, on_hand, allocated, safety_stock, vendor_owned, version) VALUES (?, ?, ?, 0, 0, 1)",
        siteId,
        unitsASite,
        i === 0 ? lines.length : 0,
      );
      sql.exec(
        `INSERT INTO movements (seq, ref, kind, location_id, quantity, value_minor, at, recorded_at)
         VALUES (?, ?, 'receive', ?, ?, ?, ?, ?)`,
        i + 1,
        `ref/${siteId}`,
        siteId,
        unitsASite,
        unitsASite * unitCostMinor,
        at,
        at,
      );
    }
    sql.exec("UPDATE facts SET value_minor = ?", unitsASite * siteIds.length * unitCostMinor);
    sql.exec("DELETE FROM changes");
    sql.exec("DELETE FROM events");
    sql.exec(
      `INSERT INTO holdings (holder, order_id, status, fill, placed_at, locations, allocations, live, backordered,
         released, event_count, refs, changed_at)
       SELECT value ->> 0, value ->> 1, 'confirmed', 'partial', value ->> 2, '[]', ?2, 1, 0, 0, 0, '[]', value ->> 2
       FROM json_each(?1)`,
      JSON.stringify(lines),
      JSON.stringify([[siteIds[0], 1, 0, 0]]),
    );
  });
  void storage.deleteAlarm();
}

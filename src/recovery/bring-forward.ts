/** Brings the restored primary database forward from a SKU's object: its stock levels, and the entries of its movements. */
import { skuById } from "../catalog/skus";
import { skuFactsOf, type SkuFacts } from "../inventory/domain/sku-facts";
import type { JournaledMovement } from "../inventory/domain/journal";
import { journalEntryForStock } from "../inventory/domain/movement-postings";
import { movementEventId } from "../inventory/domain/stock-messages";
import { uncountedReceipts } from "../inventory/inbound";
import { storeLargeSnapshot } from "../inventory/store-snapshots";
import { localDate } from "../kernel/calendar";
import { insertEntriesOnce } from "../ledger/journal";
import type { RecoveryContext } from "./context";
import { finding } from "./domain/findings";
import type { Counts, Restored } from "./domain/recovery";
import { storeFindings } from "./storage/findings";

/**
 * Stores the snapshot of the SKU's object, and names the SKU if its object has other facts than the catalog. Which of the two
 * is right cannot be known: the object has what was written last.
 */
export async function checkFacts(context: RecoveryContext, sku: string): Promise<Counts> {
  const { primary } = context.databases;
  const [row, read] = await Promise.all([skuById(primary, sku), context.inventory.readStock(sku)]);
  if (!read.ok || row === null) return {};
  await storeLargeSnapshot(context, sku);
  const [here, there] = [skuFactsOf(row), read.value.facts];
  const differing = (Object.keys(here) as (keyof SkuFacts)[]).filter((name) => here[name] !== there[name]);
  if (differing.length > 0) {
    const texts = differing.map(
      (name) => `${name} is ${String(here[name])} in the catalog, ${String(there[name])} in the object`,
    );
    const detail = `${texts.join("; ")}. Write the SKU as it is to be: PUT /v1/skus/${sku}.`;
    const facts = { catalog: here, object: there };
    await storeFindings(
      primary,
      [finding("sku_differs", sku, { orderId: null, detail, facts })],
      context.now(),
    );
  }
  return { levelsStored: 1 };
}

/** The entries have the ids that they had: what is stored stays. */
export async function bringForward(
  context: RecoveryContext,
  sku: string,
  movements: readonly JournaledMovement[],
  { since }: Restored,
): Promise<Counts> {
  const { databases, config } = context;
  const entries = movements.flatMap((movement) => {
    const event = { id: movementEventId(sku, movement.ref), sku };
    return movement.valueMinor === 0 ? [] : (journalEntryForStock(movement, event, config) ?? []);
  });
  const today = localDate(context.now(), config.booksTimeZone);
  const posted = await insertEntriesOnce(databases.primary, entries, today);
  const receipts = movements.flatMap(({ kind, ref, locationId, quantity, at }) =>
    kind === "receive" && locationId !== null && at >= since ? [{ ref, locationId, quantity }] : [],
  );
  const uncounted = await uncountedReceipts(databases.primary, sku, receipts);
  const found = uncounted.map(({ ref, locationId, quantity, inboundIds }) =>
    finding("receipt_uncounted", `${sku} ${ref}`, {
      orderId: null,
      detail: `${quantity} of ${sku} were received at ${locationId} (${ref}), where ${inboundIds.join(", ")} is expected: if it was part of that, lower the quantity that is expected.`,
      facts: { sku, locationId, quantity, inboundIds },
    }),
  );
  await storeFindings(databases.primary, found, context.now());
  return { entriesPosted: posted };
}

/** Every night: what nobody will ask for again is forgotten, a bounded part of it a night. */
import type { Context } from "../context";
import { forgetIdempotencyKeys } from "../idempotency/idempotency-keys";
import { forgetResolvedBodies } from "../../channels/storage/inbox";

const DAY = 86_400_000;
/** Senders that repeat a request do so within days. */
const KEYS_KEPT_MS = 30 * DAY;
const BODIES_KEPT_MS = 30 * DAY;
const BATCH = 1_000;
const MAX_BATCHES = 100;

export type Tidied = Readonly<{ idempotencyKeys: number; callbackBodies: number }>;

export async function tidy({ databases, now }: Context): Promise<Tidied> {
  const db = databases.primary;
  const at = now();
  return {
    idempotencyKeys: await inBatches(() => forgetIdempotencyKeys(db, at - KEYS_KEPT_MS, BATCH)),
    callbackBodies: await inBatches(() => forgetResolvedBodies(db, at - BODIES_KEPT_MS, BATCH)),
  };
}

/** Until a batch is not full. */
async function inBatches(forget: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const forgotten = await forget();
    total += forgotten;
    if (forgotten < BATCH) break;
  }
  return total;
}

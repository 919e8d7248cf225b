/** What was read of large callbacks, in the bucket of the archive, until it is deleted by age. */
import type { StorefrontEvent } from "../storefront-event";

const PREFIX = "callbacks/";

/** Idempotent. @param key begins with the day, so that the oldest are listed first. */
export const keepEvent = async (archive: R2Bucket, key: string, event: StorefrontEvent): Promise<void> =>
  void (await archive.put(`${PREFIX}${key}`, JSON.stringify(event), {
    httpMetadata: { contentType: "application/json" },
  }));

/** Null if it was deleted. */
export async function keptEvent(archive: R2Bucket, key: string): Promise<StorefrontEvent | null> {
  const object = await archive.get(`${PREFIX}${key}`);
  return object === null ? null : object.json<StorefrontEvent>();
}

/** Objects that are listed and deleted in one call each. */
const MAX_OBJECTS = 1_000;

/** Deletes events that were kept before the time, oldest first. Returns how many. */
export async function deleteKeptEvents(archive: R2Bucket, before: number, limit: number): Promise<number> {
  const { objects } = await archive.list({ prefix: PREFIX, limit: Math.min(limit, MAX_OBJECTS) });
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < before).map(({ key }) => key);
  if (old.length > 0) await archive.delete(old);
  return old.length;
}

/** Exported documents in the bucket of the archive, in parts, until they are deleted by age. */
import type { PrivacyRequestId } from "../../kernel/ids";

const keyOf = (id: PrivacyRequestId, part: number): string => `exports/${id}/${part}.json`;

/** Idempotent. @param orders as JSON values. */
export const putPart = async (
  archive: R2Bucket,
  id: PrivacyRequestId,
  part: number,
  orders: readonly unknown[],
): Promise<void> =>
  void (await archive.put(keyOf(id, part), orders.map((order) => JSON.stringify(order)).join(",\n"), {
    httpMetadata: { contentType: "application/json" },
  }));

export async function deleteParts(archive: R2Bucket, id: PrivacyRequestId, parts: number): Promise<void> {
  await archive.delete(Array.from({ length: parts }, (_, part) => keyOf(id, part)));
}

/** One JSON document of all parts, each read when it is needed. @throws while it is read, if a part is missing. */
export function documentOf(
  archive: R2Bucket,
  id: PrivacyRequestId,
  { parts, head }: Readonly<{ parts: number; head: Readonly<Record<string, unknown>> }>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const pieces = piecesOf(archive, id, parts, JSON.stringify(head).slice(0, -1));
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}

async function* piecesOf(archive: R2Bucket, id: PrivacyRequestId, parts: number, head: string) {
  yield `${head},"orders":[`;
  for (let part = 0; part < parts; part += 1) {
    const object = await archive.get(keyOf(id, part));
    if (object === null) throw new Error(`part ${part} of the export ${id} is missing`);
    yield `${part === 0 ? "\n" : ",\n"}${await object.text()}`;
  }
  yield "\n]}\n";
}

/** Revokes an API key: no isolate accepts it after five seconds. Idempotent. */
import type { PlatformContext } from "../context";
import { isId } from "../../kernel/ids";
import { accept, reject, type Result } from "../../kernel/result";
import { revokeApiKey as markRevoked } from "./api-key-rows";

export async function revokeApiKey(
  context: PlatformContext,
  id: string,
): Promise<Result<null, Readonly<{ code: "not_found" }>>> {
  if (!isId("key", id)) return reject({ code: "not_found" });
  const known = await markRevoked(context.databases.primary, id, context.now());
  return known ? accept(null) : reject({ code: "not_found" });
}

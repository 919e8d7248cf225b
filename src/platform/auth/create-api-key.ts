/** Creates an API key. The returned token is not stored and cannot be read again. */
import type { PlatformContext } from "../context";
import { apiKeyToken, hashOfToken, SECRET_BYTES, type ApiKey, type Scope } from "./api-keys";
import { idFromBytes } from "../../kernel/ids";
import { insertApiKey } from "./api-key-rows";

export type CreatedApiKey = Readonly<{ key: ApiKey; token: string }>;

export async function createApiKey(
  context: PlatformContext,
  { name, scopes }: Readonly<{ name: string; scopes: readonly Scope[] }>,
): Promise<CreatedApiKey> {
  const id = idFromBytes("key", context.randomBytes(17));
  const token = apiKeyToken(id, context.randomBytes(SECRET_BYTES));
  const key: ApiKey = {
    id,
    hash: hashOfToken(token),
    name,
    scopes,
    createdAt: context.now(),
    revokedAt: null,
  };
  await insertApiKey(context.databases.primary, key);
  return { key, token };
}

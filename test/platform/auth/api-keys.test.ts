import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  apiKeyIdOf,
  apiKeyToken,
  hashOfToken,
  isScope,
  isTokenOf,
  hasScope,
  SCOPES,
  SECRET_BYTES,
  type ApiKey,
  type Scope,
} from "../../../src/platform/auth/api-keys";
import { idFromBytes } from "../../../src/kernel/ids";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anId = bytes(17).map((random) => idFromBytes("key", random));

const keyOf = (token: string, over: Partial<ApiKey> = {}): ApiKey => ({
  id: "key_1",
  hash: hashOfToken(token),
  name: "test",
  scopes: [],
  createdAt: 0,
  revokedAt: null,
  ...over,
});

describe("an API key's token", () => {
  it("contains the key's id, and is valid for that key only", () => {
    fc.assert(
      fc.property(anId, bytes(SECRET_BYTES), bytes(SECRET_BYTES), (id, secret, other) => {
        const token = apiKeyToken(id, secret);
        expect(apiKeyIdOf(token)).toBe(id);
        expect(isTokenOf(keyOf(token), token)).toBe(true);
        const otherToken = apiKeyToken(id, other);
        expect(isTokenOf(keyOf(token), otherToken)).toBe(token === otherToken);
      }),
    );
  });

  it("is not valid once its key is revoked", () => {
    const token = apiKeyToken("key_1", new Uint8Array(SECRET_BYTES));
    expect(isTokenOf(keyOf(token, { revokedAt: 1 }), token)).toBe(false);
  });

  it("is hashed with SHA-256: another hash would invalidate every stored key", () => {
    expect(hashOfToken("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  const [id, secret] = ["0".repeat(26), "a".repeat(64)];
  it.each([
    ["empty text", ""],
    ["a token with another prefix", `sk_${id}_${secret}`],
    ["a token with a short id", `ak_${id.slice(1)}_${secret}`],
    ["a token with a letter that ids do not have", `ak_${id.slice(1)}u_${secret}`],
    ["a token with a short secret", `ak_${id}_${secret.slice(1)}`],
    ["a token with a line break after it", `ak_${id}_${secret}\n`],
  ])("cannot be %s", (_what, text) => {
    expect(apiKeyIdOf(text)).toBeNull();
  });
});

/** The scopes that a key with the given scopes has. */
const allows = (...scopes: Scope[]) => {
  const every = Object.keys(SCOPES).filter(isScope);
  return every.filter((scope) => hasScope(keyOf("x", { scopes }), scope));
};

describe("hasScope", () => {
  it("is true for the scopes of the key, and for every scope if the key has admin", () => {
    expect(allows()).toEqual([]);
    expect(allows("orders:write")).toEqual(["orders:write"]);
    expect(allows("admin")).toEqual(Object.keys(SCOPES));
  });
});

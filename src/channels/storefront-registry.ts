/** Finds a channel's storefront adapter by the channel's kind. */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { FieldError } from "../kernel/field-errors";
import { reject, type Result } from "../kernel/result";
import type { ConnectionInput } from "./domain/connection-rules";
import type { Fetch, StorefrontAdapter } from "./storefront-adapter";
import type { StorefrontApi } from "./storefront-api";

export type StorefrontRegistry = Readonly<{
  /** @throws if no adapter has this kind. */
  adapterOf: (kind: string) => StorefrontAdapter;
  /** The adapter that checks callbacks to an id that no channel has: always the same one for the id. */
  adapterForUnknown: (channelId: string) => StorefrontAdapter;
  /** Whether the body is a test of an address that one of the storefronts sends unsigned. */
  isPing: (body: Uint8Array) => boolean;
  /**
   * The API behind a connection that staff typed in. `loopback` allows addresses on this machine. Rejects by field,
   * and never quotes a credential. @throws if no adapter has this kind.
   */
  connect: (
    kind: string,
    input: ConnectionInput,
    options: Readonly<{ loopback: boolean }>,
  ) => Result<StorefrontApi, readonly FieldError[]>;
}>;

/** @throws if two adapters have the same kind. */
export function createStorefrontRegistry(
  adapters: readonly StorefrontAdapter[],
  fetch: Fetch,
): StorefrontRegistry {
  const byKind = new Map(adapters.map((adapter) => [adapter.kind, adapter]));
  if (byKind.size < adapters.length) throw new Error("two storefront adapters have the same kind");
  const adapterOf = (kind: string): StorefrontAdapter => {
    const adapter = byKind.get(kind);
    if (!adapter) throw new Error(`no storefront adapter has the kind ${kind}`);
    return adapter;
  };
  return {
    adapterOf,
    adapterForUnknown: (channelId) => adapters[sha256(utf8ToBytes(channelId))[0]! % adapters.length]!,
    isPing: (body) => adapters.some((adapter) => adapter.isPing(body)),
    connect: (kind, input, { loopback }) => {
      const { api } = adapterOf(kind);
      if (api) return api.connect(input, { loopback, fetch });
      return reject([{ path: "connection", message: `a ${kind} channel has no API to connect` }]);
    },
  };
}

/** Finds a channel's storefront adapter by the channel's kind. */
import type { FieldError } from "../kernel/field-errors";
import { reject, type Result } from "../kernel/result";
import type { ConnectionInput } from "./domain/connection-rules";
import type { Fetch, StorefrontAdapter } from "./storefront-adapter";
import type { StorefrontApi } from "./storefront-api";

export type StorefrontRegistry = Readonly<{
  /** @throws if no adapter has this kind. */
  adapterOf: (kind: string) => StorefrontAdapter;
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
    connect: (kind, input, { loopback }) => {
      const { api } = adapterOf(kind);
      if (api) return api.connect(input, { loopback, fetch });
      return reject([{ path: "connection", message: `a ${kind} channel has no API to connect` }]);
    },
  };
}

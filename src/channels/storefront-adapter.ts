/**
 * What `channels` needs of a storefront. One folder holds one storefront and exports one adapter; `storefronts.ts`
 * lists the adapters. Nothing outside the folder depends on the storefront's name or on its credentials.
 */
import type { FieldError } from "../kernel/field-errors";
import { accept, type Result } from "../kernel/result";
import {
  parseConnection,
  type Connection,
  type ConnectionInput,
  type ConnectionRules,
} from "./domain/connection-rules";
import type { FetchOrder, ListChanged, OrderChannel, StorefrontApi, StorefrontStock } from "./storefront-api";
import type { StorefrontEvent } from "./storefront-event";

export type Fetch = typeof globalThis.fetch;

/** A callback as received. Signatures cover the bytes of the body. */
export type Callback = Readonly<{ headers: Headers; body: Uint8Array }>;

/** The channel that a callback was sent to, and when (epoch milliseconds). */
export type ReadOptions = Readonly<{ channel: OrderChannel; receivedAt: number }>;

export type ReadCallback = Readonly<{
  /** At most 100 characters, by `topicFrom`; empty if the callback has none. */
  topic: string;
  /** The same for every copy of one event, and different for every other event of the channel. */
  eventId: string;
  /** Rejected by field if the body is not what the storefront documents for the topic. */
  event: Result<StorefrontEvent, readonly FieldError[]>;
}>;

export type CallbackReader = (callback: Callback, options: ReadOptions) => ReadCallback;

type Callbacks = Readonly<{
  /** Stored and served as the channel's `kind`. Never rename it. */
  kind: string;
  /** Why a secret that staff typed in could never verify a callback; null if it may. It must not quote the secret. */
  secretFault: (secret: string) => string | null;
  /** Whether one of the secrets signed the callback. Returns false for malformed input; never throws. */
  verify: (callback: Callback, secrets: readonly string[], now: number) => boolean;
  /** Reads a callback whose signature was verified. Never throws. */
  read: CallbackReader;
  /**
   * True: the sender wants a refusal for a body it must correct, and repeats a callback that is refused as not ready.
   * False: the sender stops sending to an address that refuses. What cannot be applied is stored for staff instead.
   */
  acceptsRefusals: boolean;
}>;

/** A storefront's API before it is known for which channel. */
type AdapterApi = Readonly<{
  /** The address that staff type in, for the documentation: `https://{shop}.example.com`. */
  baseUrlForm: string;
  /** The names of the credentials that staff type in. */
  credentials: readonly string[];
  connect: (
    input: ConnectionInput,
    options: Readonly<{ loopback: boolean; fetch: Fetch }>,
  ) => Result<StorefrontApi, readonly FieldError[]>;
}>;

export type StorefrontAdapter = Callbacks &
  Readonly<{
    /** Whether the body is a test of the address that the storefront sends unsigned. It is answered 200. */
    isPing: (body: Uint8Array) => boolean;
    /** Null if the storefront has no API that we call. */
    api: AdapterApi | null;
  }>;

/** What a storefront's folder defines. `Name`: the names of its credentials. */
export type StorefrontDefinition<Name extends string> = Callbacks &
  Readonly<{
    isPing?: StorefrontAdapter["isPing"];
    api: Readonly<{
      connection: ConnectionRules<Name>;
      stock: ((connection: Connection<Name>, fetch: Fetch) => StorefrontStock) | null;
      fetchOrder: ((connection: Connection<Name>, fetch: Fetch) => FetchOrder) | null;
      listChanged: ((connection: Connection<Name>, fetch: Fetch) => ListChanged) | null;
    }> | null;
  }>;

/** Hides the connection's type, so that adapters of all storefronts have one type. */
export function defineStorefront<Name extends string = never>({
  api,
  isPing = () => false,
  ...callbacks
}: StorefrontDefinition<Name>): StorefrontAdapter {
  if (api === null) return { ...callbacks, isPing, api };
  const { connection: rules, stock, fetchOrder, listChanged } = api;
  return {
    ...callbacks,
    isPing,
    api: {
      baseUrlForm: rules.baseUrlForm,
      credentials: Object.keys(rules.credentials),
      connect: (input, { loopback, fetch }) => {
        const parsed = parseConnection(callbacks.kind, rules, input, { loopback });
        if (!parsed.ok) return parsed;
        return accept({
          stock: stock && stock(parsed.value, fetch),
          fetchOrder: fetchOrder && fetchOrder(parsed.value, fetch),
          listChanged: listChanged && listChanged(parsed.value, fetch),
        });
      },
    },
  };
}

/** Bindings that fail or are intercepted, in place of the platform's. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "../../src/env";
import type { DatabaseBindings } from "../../src/platform/d1/databases";
import worker from "../../src/worker";
import { wrappedDatabases } from "./databases";
import { documented, fetchUnchecked } from "./documented";

/** Sends the request to the Worker with these bindings in place of the real ones, and waits until all work is done. */
export async function fetchWith(bindings: Partial<Env>, request: Request): Promise<Response> {
  const execution = createExecutionContext();
  const response = await fetchIn(execution, bindings, request);
  await waitOnExecutionContext(execution).catch(() => undefined);
  return response;
}

/** The same without waiting for work after the answer. It throws if the answer is not as documented. */
export const fetchIn = (
  execution: ExecutionContext,
  bindings: Partial<Env>,
  request: Request,
): Promise<Response> =>
  documented(
    async (sent) =>
      worker.fetch(sent as Request<unknown, IncomingRequestCfProperties>, { ...env, ...bindings }, execution),
    fetchUnchecked,
  )(request);

type Batch = (statements: D1PreparedStatement[]) => Promise<D1Result[]>;

/** The databases with their batches intercepted. */
export const databasesWith = (batch: (real: Batch) => Batch): DatabaseBindings =>
  wrappedDatabases(
    (database) =>
      new Proxy(database, {
        get: (target, name) => {
          if (name === "batch") return batch((statements) => target.batch(statements));
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
  );

/** All databases fail every call. */
export const databasesAway = (): DatabaseBindings => wrappedDatabases(databaseAway);

/** D1 that fails every call with an error of its own. */
export const databaseAway = (): D1Database => {
  const away = () => Promise.reject(new Error("D1_ERROR: Network connection lost."));
  const statement = { bind: () => statement, first: away, all: away, run: away, raw: away };
  return { prepare: () => statement, batch: away, exec: away } as unknown as D1Database;
};

/** A queue that passes every message to a function and delivers none. */
export const queueKeeping = (keep: (body: unknown) => void): Queue =>
  ({
    send: async (body: unknown) => keep(body),
    sendBatch: async (sent: Iterable<MessageSendRequest>) => [...sent].forEach(({ body }) => keep(body)),
  }) as unknown as Queue;

/** The databases fail statements that match the pattern, and batches with one, as they do if a table is corrupt. */
export const databasesRefusing = (kind: RegExp): DatabaseBindings => {
  const refuse = () =>
    Promise.reject(new Error("D1_ERROR: database disk image is malformed: SQLITE_CORRUPT"));
  const refused = { bind: () => refused, first: refuse, all: refuse, run: refuse, raw: refuse };
  return wrappedDatabases(
    (database) =>
      new Proxy(database, {
        get: (target, name) => {
          if (name === "prepare") return (sql: string) => (kind.test(sql) ? refused : target.prepare(sql));
          if (name === "batch") {
            return (statements: unknown[]) =>
              statements.includes(refused) ? refuse() : target.batch(statements as D1PreparedStatement[]);
          }
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
  );
};

/** A queue that fails every send. */
export const queueAway = (): Queue =>
  ({
    send: () => Promise.reject(new Error("Queue send failed")),
    sendBatch: () => Promise.reject(new Error("Queue send failed")),
  }) as unknown as Queue;

/** SKU objects that fail every call as overloaded. */
export const stockAway = (): Env["SKU_INVENTORY"] => {
  const away = () =>
    Promise.reject(Object.assign(new Error("Durable Object is overloaded"), { overloaded: true }));
  const stub = new Proxy({}, { get: () => away });
  return { idFromName: () => "id", get: () => stub } as unknown as Env["SKU_INVENTORY"];
};

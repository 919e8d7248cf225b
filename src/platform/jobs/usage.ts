/** Counts what a step uses: every statement of D1, also inside of a batch, and every call of an object. */
import type { Databases } from "../d1/databases";
import { STEP_BUDGET } from "./job";

export type Usage = Readonly<{ queries: number; objectCalls: number }>;

export type Meter = Readonly<{
  usage: () => Usage;
  databases: (databases: Databases) => Databases;
  /** Counts the calls of every method of the namespace's stubs. */
  objects: <Namespace extends object>(namespace: Namespace) => Namespace;
}>;

/** @param isStrict whether the first use beyond the budget throws, as in tests, or is only counted. */
export function createMeter(isStrict: boolean): Meter {
  const used = { queries: 0, objectCalls: 0 };
  const use = (what: keyof Usage, count: number) => {
    used[what] += count;
    if (isStrict && used[what] > STEP_BUDGET[what]) {
      throw new Error(`a step uses more than ${STEP_BUDGET[what]} ${what}`);
    }
  };
  const known = new Map<D1Database, D1Database>();
  const metered = (db: D1Database): D1Database => {
    const before = known.get(db);
    if (before) return before;
    const made = meteredDatabase(db, (count) => use("queries", count));
    known.set(db, made);
    return made;
  };
  return {
    usage: () => ({ ...used }),
    databases: ({ primary, orders, directory, allOrders, ranges, names, named }) => ({
      primary: metered(primary),
      directory: metered(directory),
      orders: (orderId) => metered(orders(orderId)),
      allOrders: allOrders.map(metered),
      ranges: ranges.map(({ db, ids }) => ({ db: metered(db), ids })),
      names,
      named: (name) => metered(named(name)),
    }),
    objects: (namespace) => meteredNamespace(namespace, () => use("objectCalls", 1)),
  };
}

const RUNS = new Set<string | symbol>(["first", "all", "run", "raw"]);

function meteredDatabase(db: D1Database, use: (queries: number) => void): D1Database {
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const counted = (statement: D1PreparedStatement): D1PreparedStatement => {
    const watched = new Proxy(statement, {
      get: (target, name) => {
        if (name === "bind") return (...values: unknown[]) => counted(target.bind(...values));
        const method = methodOf(target, name);
        if (!RUNS.has(name) || typeof method !== "function") return method;
        return async (...given: unknown[]): Promise<unknown> => {
          use(1);
          return method(...given);
        };
      },
    });
    originals.set(watched, statement);
    return watched;
  };
  return new Proxy(db, {
    get: (target, name) => {
      if (name === "prepare") return (sql: string) => counted(target.prepare(sql));
      if (name !== "batch") return methodOf(target, name);
      return async (statements: readonly D1PreparedStatement[]): Promise<unknown> => {
        use(statements.length);
        return target.batch(statements.map((statement) => originals.get(statement) ?? statement));
      };
    },
  });
}

function meteredNamespace<Namespace extends object>(namespace: Namespace, use: () => void): Namespace {
  const counted = (stub: object): object =>
    new Proxy(stub, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function" || typeof name === "symbol") return value;
        return async (...given: unknown[]): Promise<unknown> => {
          use();
          // Called on the stub itself: a stub sends the call of an unbound method to its object.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It was read from the stub as a function.
          return (target as Record<string, (...values: unknown[]) => Promise<unknown>>)[name]!(...given);
        };
      },
    });
  return new Proxy(namespace, {
    get: (target, name) => {
      const method = methodOf(target, name);
      if (name !== "get" || typeof method !== "function") return method;
      return (id: DurableObjectId) => counted(method(id) as object);
    },
  });
}

function methodOf(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? value.bind(target) : value;
}

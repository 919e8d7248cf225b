/** Counts D1's round trips: a batch is one, and so is each statement outside of a batch. */
export type CountingDatabase = Readonly<{ database: D1Database; roundTrips: () => number }>;

const RUNS = new Set<string | symbol>(["first", "all", "run", "raw"]);

export const countingDatabase = (database: D1Database): CountingDatabase =>
  limitedDatabase(database, { left: Number.POSITIVE_INFINITY });

/**
 * D1 that answers so many round trips and no more: code that gets further does not wait for the others. Databases
 * with the same `limit` share it.
 */
export function limitedDatabase(database: D1Database, limit: { left: number }): CountingDatabase {
  let count = 0;
  const isOver = () => {
    count += 1;
    limit.left -= 1;
    return limit.left < 0;
  };
  const never = () => new Promise<never>(() => undefined);
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  const counted = (statement: D1PreparedStatement): D1PreparedStatement => {
    const watched = new Proxy(statement, {
      get: (target, name) => {
        if (name === "bind") return (...values: unknown[]) => counted(target.bind(...values));
        if (RUNS.has(name) && isOver()) return never;
        return methodOf(target, name);
      },
    });
    originals.set(watched, statement);
    return watched;
  };

  const watched = new Proxy(database, {
    get: (target, name) => {
      if (name === "prepare") return (sql: string) => counted(target.prepare(sql));
      if (name !== "batch") return methodOf(target, name);
      return (statements: D1PreparedStatement[]) => {
        if (isOver()) return never();
        return target.batch(statements.map((statement) => originals.get(statement) ?? statement));
      };
    },
  });
  return { database: watched, roundTrips: () => count };
}

function methodOf(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? value.bind(target) : value;
}

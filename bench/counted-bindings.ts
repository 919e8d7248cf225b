/** Bindings that count their calls and otherwise behave like the platform's. */
import { noCounts, type Counts } from "./counts.ts";

let current = noCounts();
let inProgress = 0;
/** The row counts of a cursor are complete once it has been read. */
let cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];

export function resetCounts(): void {
  current = noCounts();
  cursors = [];
}

export function counts(): Counts {
  for (const { rowsRead, rowsWritten } of cursors) {
    current.objectRowsRead += rowsRead;
    current.objectRowsWritten += rowsWritten;
  }
  cursors = [];
  return current;
}

async function roundTrip<Value>(work: () => Promise<Value>): Promise<Value> {
  if (inProgress === 0) current.roundTrips += 1;
  inProgress += 1;
  try {
    return await work();
  } finally {
    inProgress -= 1;
  }
}

const methodOf = (target: object, name: string | symbol): unknown => {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? value.bind(target) : value;
};

function counting<Row>(result: D1Result<Row>): D1Result<Row> {
  current.databaseRowsRead += result.meta.rows_read;
  current.databaseRowsWritten += result.meta.rows_written;
  return result;
}

const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function countedStatement(statement: D1PreparedStatement): D1PreparedStatement {
  const run = async () => {
    current.databaseCalls += 1;
    return counting(await roundTrip(() => statement.all()));
  };
  // Only all() reports its rows, so the other forms use it.
  const forms: Record<string, unknown> = {
    bind: (...values: unknown[]) => countedStatement(statement.bind(...values)),
    all: run,
    run,
    raw: async () => (await run()).results.map((row) => Object.values(row)),
    first: async (column?: string) => {
      const [row] = (await run()).results;
      return column === undefined ? (row ?? null) : (row?.[column] ?? null);
    },
  };
  const watched = new Proxy(statement, {
    get: (target, name) => forms[String(name)] ?? methodOf(target, name),
  });
  originals.set(watched, statement);
  return watched;
}

export const countedDatabase = (database: D1Database): D1Database =>
  new Proxy(database, {
    get: (target, name) => {
      if (name === "prepare") return (sql: string) => countedStatement(target.prepare(sql));
      if (name !== "batch") return methodOf(target, name);
      return async (statements: D1PreparedStatement[]) => {
        current.databaseCalls += 1;
        const plain = statements.map((statement) => originals.get(statement) ?? statement);
        return (await roundTrip(() => target.batch(plain))).map(counting);
      };
    },
  });

export const countedNamespace = <Namespace extends object>(namespace: Namespace): Namespace =>
  new Proxy(namespace, {
    get: (target, name) => {
      const value = methodOf(target, name);
      if ((name !== "get" && name !== "getByName") || typeof value !== "function") return value;
      return (...args: unknown[]) => countedStub(value(...args));
    },
  });

const countedStub = (stub: object): object =>
  new Proxy(stub, {
    get:
      (target, name) =>
      (...args: unknown[]) => {
        current.objectCalls += 1;
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") throw new TypeError(`the object has no method ${String(name)}`);
        return roundTrip(async () => Reflect.apply(method, target, args));
      },
  });

/** A send is no round trip: it happens after the answer, unless D1 is unavailable. */
export const countedQueue = (queue: Queue): Queue =>
  new Proxy(queue, {
    get: (target, name) => {
      if (name === "send") {
        return (...[body, options]: Parameters<Queue["send"]>) => {
          current.queueMessages += 1;
          return target.send(body, options);
        };
      }
      if (name !== "sendBatch") return methodOf(target, name);
      return (messages: Iterable<MessageSendRequest>) => {
        const all = [...messages];
        current.queueMessages += all.length;
        return target.sendBatch(all);
      };
    },
  });

/** The object's state with its statements and alarms counted. */
export function countedState(state: DurableObjectState): DurableObjectState {
  const { sql } = state.storage;
  const exec = sql.exec.bind(sql);
  const setAlarm = state.storage.setAlarm.bind(state.storage);
  Object.defineProperty(sql, "exec", {
    value: (query: string, ...values: unknown[]) => {
      const cursor = exec(query, ...values);
      cursors.push(cursor);
      return cursor;
    },
  });
  Object.defineProperty(state.storage, "setAlarm", {
    value: (...args: Parameters<typeof setAlarm>) => {
      current.objectRowsWritten += 1;
      return setAlarm(...args);
    },
  });
  return state;
}

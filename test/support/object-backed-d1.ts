/**
 * A D1 database over a Durable Object's own SQLite, for tests. The local D1 uses the same SQLite, but each of its calls
 * is an HTTP request with JSON, which takes most of the time of a test with a million calls. Code that runs inside the
 * object queries it directly, other code with one call. `object-backed-d1.test.ts` compares it with D1.
 */
import { DurableObject } from "cloudflare:workers";
import { yieldOnce } from "./yield";

export type Query = Readonly<{ sql: string; params: readonly unknown[] }>;
/** Rows as D1 returns them, with blobs as lists of bytes; of D1's meta, only what concerns rows. */
type QueryResult = Readonly<{
  columns: string[];
  rows: unknown[][];
  meta: Pick<D1Meta, "changes" | "last_row_id" | "rows_read" | "rows_written">;
}>;
/** All queries succeed, or none has an effect. */
export type BatchResult = Readonly<{ ok: true; results: QueryResult[] } | { ok: false; error: string }>;
type RunBatch = (queries: readonly Query[]) => Promise<BatchResult>;

/** The object that holds the database, and nothing else. */
export class ObjectBackedD1 extends DurableObject {
  readonly #store: Store;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as Cloudflare.Env);
    this.#store = new Store(ctx.storage);
  }

  /** For callers outside of the object. */
  runBatch(queries: readonly Query[]): Promise<BatchResult> {
    return this.#store.runBatch(queries);
  }

  /**
   * The database for code inside the object, which may pass it on. Each call first yields to other tasks, as a call of
   * D1 does.
   * @param outside makes this object's stub, for a caller outside of the object.
   * @param names of this database's tables, if the object holds several databases.
   */
  database(outside: () => DurableObjectStub<ObjectBackedD1>, names: Names = AS_THEY_ARE): D1Database {
    return databaseThrough(async (given) => {
      const queries = given.map(({ sql, params }) => ({ sql: names.inSql(sql), params }));
      await yieldOnce();
      const result = await this.#store.runBatch(queries);
      const known = result.ok || !OUTSIDE.test(result.error) ? result : await outside().runBatch(queries);
      return known.ok ? known : { ok: false, error: names.inError(known.error) };
    });
  }
}

/** How the tables of a database are named in its object. `inError`: the text of an error with the tables' own names. */
export type Names = Readonly<{ inSql: (sql: string) => string; inError: (text: string) => string }>;

const AS_THEY_ARE: Names = { inSql: (sql) => sql, inError: (text) => text };

/** A single SELECT. */
const ONLY_READS = /^\s*select\b[^;]*$/i;
/** The runtime's error for access to an object's storage from outside. */
const OUTSIDE = /on behalf of a different/;

/** Rows changed since the database was opened, and the last row id. */
type Counters = { changes: number; lastRowId: number };

class Store {
  readonly #storage: DurableObjectStorage;
  /** As of the last query: only this object writes. */
  #counters: Counters;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#counters = this.#count();
  }

  async runBatch(queries: readonly Query[]): Promise<BatchResult> {
    const statements = queries.filter(({ sql }) => sql.replaceAll(/^\s+--.*/gm, "").trim() !== "");
    if (statements.length === 0) return { ok: false, error: "No SQL statements detected." };
    const all = () => statements.map((query) => this.#run(query));
    try {
      // Deferred keys are checked where the outermost transaction ends; a synchronous transaction is never outermost.
      const isDeferred = statements.some(({ sql }) => /defer_foreign_keys/i.test(sql));
      const results = isDeferred
        ? await this.#storage.transaction(async () => all())
        : this.#storage.transactionSync(all);
      return { ok: true, results };
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #run({ sql, params }: Query): QueryResult {
    const cursor = this.#storage.sql.exec(sql, ...params.map(bindable));
    const columns = cursor.columnNames;
    const rows = [...cursor.raw()].map((row) => row.map(readable));
    const { rowsRead: rows_read, rowsWritten: rows_written } = cursor;
    const before = this.#counters;
    if (!ONLY_READS.test(sql)) this.#counters = this.#count();
    const { changes, lastRowId: last_row_id } = this.#counters;
    return {
      columns,
      rows,
      meta: { changes: changes - before.changes, last_row_id, rows_read, rows_written },
    };
  }

  #count(): Counters {
    const sql = "SELECT total_changes() AS changes, last_insert_rowid() AS lastRowId";
    return this.#storage.sql.exec<Counters>(sql).one();
  }
}

const bindable = (value: unknown): SqlStorageValue =>
  Array.isArray(value) ? Uint8Array.from(value as number[]).buffer : (value as SqlStorageValue);
const readable = (value: unknown): unknown =>
  value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value;

/**
 * For several databases in one object: gives the tables, indexes and triggers of the schema a suffix in any SQL. Text in
 * quotes stays.
 */
export function withSuffix(schema: readonly string[], suffix: string): Names {
  const created = schema.flatMap((sql) => [
    ...sql.matchAll(/^\s*CREATE (?:VIRTUAL )?(?:TABLE|INDEX|TRIGGER) (\w+)/gm),
  ]);
  const names = new RegExp(`'[^']*'|\\b(?:${created.map(([, name]) => name).join("|")})\\b`, "g");
  const known = new Map<string, string>();
  const inSql = (sql: string): string => {
    const before = known.get(sql);
    if (before !== undefined) return before;
    const renamed = sql.replaceAll(names, (text) => (text.startsWith("'") ? text : text + suffix));
    known.set(sql, renamed);
    return renamed;
  };
  return { inSql, inError: (text) => text.replaceAll(suffix, "") };
}

function databaseThrough(run: RunBatch): D1Database {
  const send = async (statements: readonly Statement[]): Promise<QueryResult[]> => {
    const result = await run(statements.map(({ query }) => query));
    if (result.ok) return result.results;
    throw new Error(`D1_ERROR: ${result.error}`, { cause: new Error(result.error) });
  };
  return {
    prepare: (sql: string) => new Statement(send, { sql, params: [] }),
    batch: async (statements: Statement[]) => (await send(statements)).map(asObjects),
  } as unknown as D1Database;
}

class Statement {
  readonly #send: (statements: readonly Statement[]) => Promise<QueryResult[]>;
  readonly query: Query;

  constructor(send: (statements: readonly Statement[]) => Promise<QueryResult[]>, query: Query) {
    this.#send = send;
    this.query = query;
  }

  bind(...values: unknown[]): Statement {
    return new Statement(this.#send, { sql: this.query.sql, params: values.map(sendable) });
  }

  async all() {
    return asObjects(await this.#result());
  }

  async run() {
    return asObjects(await this.#result());
  }

  async first(column?: string): Promise<unknown> {
    const [row] = asObjects(await this.#result()).results;
    if (row === undefined) return null;
    if (column === undefined) return row;
    if (row[column] !== undefined) return row[column];
    throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${column})`, {
      cause: new Error("Column not found"),
    });
  }

  async raw({ columnNames = false }: { columnNames?: boolean } = {}): Promise<unknown[][]> {
    const { columns, rows } = await this.#result();
    return columnNames ? [columns, ...rows] : rows;
  }

  async #result(): Promise<QueryResult> {
    const [result] = await this.#send([this]);
    return result!;
  }
}

const asObjects = ({ columns, rows, meta }: QueryResult) => ({
  success: true as const,
  meta,
  results: rows.map((row): Record<string, unknown> =>
    Object.fromEntries(row.map((cell, i) => [columns[i]!, cell])),
  ),
});

/** A parameter as D1 sends it, in JSON. @throws for types that D1 rejects. */
function sendable(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === "string" || value === null) return value;
  if (typeof value === "boolean") return Number(value);
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  if (Array.isArray(value) && value.every(isByte)) return value;
  const why = `Type '${typeof value}' not supported for value '${value as string}'`;
  throw new Error(`D1_TYPE_ERROR: ${why}`, { cause: new Error(why) });
}

const isByte = (value: unknown): boolean => typeof value === "number" && value >= 0 && value < 256;

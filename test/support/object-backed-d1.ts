/**
 * D1 over an object's own SQLite: the same SQLite in the same runtime that the local D1 is made of, without its door
 * of requests and JSON, which costs a test that makes a million calls most of its time. Whoever runs inside the object
 * asks it directly, whoever does not by one call. `nearby-database.test.ts` holds it against D1.
 */
import { DurableObject } from "cloudflare:workers";
import { yieldOnce } from "./yield";

export type Query = Readonly<{ sql: string; params: readonly unknown[] }>;
/** Rows as D1 has them: blobs are lists of their bytes. Of what D1 says of its work, what tells of the rows. */
type Answer = Readonly<{
  columns: string[];
  rows: unknown[][];
  meta: Pick<D1Meta, "changes" | "last_row_id" | "rows_read" | "rows_written">;
}>;
/** All or nothing. */
export type Answered = Readonly<{ ok: true; answers: Answer[] } | { ok: false; error: string }>;
type Ask = (queries: readonly Query[]) => Promise<Answered>;

/** The object that has the database. It holds nothing else. */
export class ObjectBackedD1 extends DurableObject {
  readonly #store: Store;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as Cloudflare.Env);
    this.#store = new Store(ctx.storage);
  }

  /** For those outside. */
  answer(queries: readonly Query[]): Promise<Answered> {
    return this.#store.answer(queries);
  }

  /**
   * The database for those who run inside, and for whoever they hand it to. Others have their turn before a call is
   * done, as they have while one of D1's is under way.
   * @param outside this object's stub, made by who asks it.
   */
  database(outside: () => DurableObjectStub<ObjectBackedD1>): D1Database {
    return databaseThrough(async (queries) => {
      await yieldOnce();
      const answered = await this.#store.answer(queries);
      return answered.ok || !OUTSIDE.test(answered.error) ? answered : outside().answer(queries);
    });
  }
}

/** One statement, which is a question. */
const ONLY_READS = /^\s*select\b[^;]*$/i;
/** What the runtime says to whoever asks an object's storage outside of it. */
const OUTSIDE = /on behalf of a different/;

/** Rows changed since the database was opened, and the last that was given an id. */
type Counted = { changes: number; lastRowId: number };

class Store {
  readonly #storage: DurableObjectStorage;
  /** As of the last query: nobody else writes. */
  #counted: Counted;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#counted = this.#count();
  }

  async answer(queries: readonly Query[]): Promise<Answered> {
    const asked = queries.filter(({ sql }) => sql.replaceAll(/^\s+--.*/gm, "").trim() !== "");
    if (asked.length === 0) return { ok: false, error: "No SQL statements detected." };
    const all = () => asked.map((query) => this.#run(query));
    try {
      // What is deferred is checked where the outermost transaction ends, which a synchronous one's end is not.
      const isDeferred = asked.some(({ sql }) => /defer_foreign_keys/i.test(sql));
      const answers = isDeferred
        ? await this.#storage.transaction(async () => all())
        : this.#storage.transactionSync(all);
      return { ok: true, answers };
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #run({ sql, params }: Query): Answer {
    const cursor = this.#storage.sql.exec(sql, ...params.map(bindable));
    const columns = cursor.columnNames;
    const rows = [...cursor.raw()].map((row) => row.map(readable));
    const { rowsRead: rows_read, rowsWritten: rows_written } = cursor;
    const before = this.#counted;
    if (!ONLY_READS.test(sql)) this.#counted = this.#count();
    const { changes, lastRowId: last_row_id } = this.#counted;
    return {
      columns,
      rows,
      meta: { changes: changes - before.changes, last_row_id, rows_read, rows_written },
    };
  }

  #count(): Counted {
    const sql = "SELECT total_changes() AS changes, last_insert_rowid() AS lastRowId";
    return this.#storage.sql.exec<Counted>(sql).one();
  }
}

const bindable = (value: unknown): SqlStorageValue =>
  Array.isArray(value) ? Uint8Array.from(value as number[]).buffer : (value as SqlStorageValue);
const readable = (value: unknown): unknown =>
  value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value;

function databaseThrough(ask: Ask): D1Database {
  const send = async (statements: readonly Statement[]): Promise<Answer[]> => {
    const answered = await ask(statements.map(({ query }) => query));
    if (answered.ok) return answered.answers;
    throw new Error(`D1_ERROR: ${answered.error}`, { cause: new Error(answered.error) });
  };
  return {
    prepare: (sql: string) => new Statement(send, { sql, params: [] }),
    batch: async (statements: Statement[]) => (await send(statements)).map(asObjects),
  } as unknown as D1Database;
}

class Statement {
  readonly #send: (statements: readonly Statement[]) => Promise<Answer[]>;
  readonly query: Query;

  constructor(send: (statements: readonly Statement[]) => Promise<Answer[]>, query: Query) {
    this.#send = send;
    this.query = query;
  }

  bind(...values: unknown[]): Statement {
    return new Statement(this.#send, { sql: this.query.sql, params: values.map(sendable) });
  }

  async all() {
    return asObjects(await this.#answer());
  }

  async run() {
    return asObjects(await this.#answer());
  }

  async first(column?: string): Promise<unknown> {
    const [row] = asObjects(await this.#answer()).results;
    if (row === undefined) return null;
    if (column === undefined) return row;
    if (row[column] !== undefined) return row[column];
    throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${column})`, {
      cause: new Error("Column not found"),
    });
  }

  async raw({ columnNames = false }: { columnNames?: boolean } = {}): Promise<unknown[][]> {
    const { columns, rows } = await this.#answer();
    return columnNames ? [columns, ...rows] : rows;
  }

  async #answer(): Promise<Answer> {
    const [answer] = await this.#send([this]);
    return answer!;
  }
}

const asObjects = ({ columns, rows, meta }: Answer) => ({
  success: true as const,
  meta,
  results: rows.map((row): Record<string, unknown> =>
    Object.fromEntries(row.map((cell, i) => [columns[i]!, cell])),
  ),
});

/** What D1 takes as a parameter, as JSON would carry it. */
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

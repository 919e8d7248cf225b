/**
 * The object-backed D1 behaves like D1: every statement runs on both, and the results are the same, except for D1's
 * figures on who served a query and how long it took.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, sql as raw } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, it } from "vitest";
import { withSuffix, type ObjectBackedD1 } from "../support/object-backed-d1";

const SCHEMA = [
  `CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT UNIQUE)`,
  `CREATE TABLE children (id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER NOT NULL REFERENCES parents (id))`,
  `CREATE TABLE strict (id TEXT PRIMARY KEY, n INTEGER NOT NULL CHECK (n >= 0), r REAL, b BLOB, any ANY) STRICT, WITHOUT ROWID`,
  `CREATE INDEX strict_by_n ON strict (n)`,
  `CREATE TRIGGER odd BEFORE INSERT ON strict WHEN NEW.n = 13 BEGIN SELECT RAISE(ABORT, 'thirteen'); END`,
];

type Work = (db: D1Database) => Promise<unknown>;

const stub = () => env.OBJECT_BACKED_D1.getByName("compared with D1");
const inside = <Value>(work: (db: D1Database) => Promise<Value>): Promise<Value> =>
  runInDurableObject(stub(), (object: ObjectBackedD1) => work(object.database(stub)));

const COMPARED_META = ["changes", "last_row_id", "rows_read", "rows_written"] as const;

/** The part of a result that must be the same: of its meta, only what concerns rows. */
function comparable(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(comparable);
  if (result === null || typeof result !== "object" || !("meta" in result)) return result;
  const meta = result.meta as Record<string, unknown>;
  return { ...result, meta: Object.fromEntries(COMPARED_META.map((name) => [name, meta[name]])) };
}

async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { result: comparable(await work()) };
  } catch (error) {
    const { message, cause } = error as Error;
    return { error: message, cause: cause instanceof Error ? cause.message : cause };
  }
}

/** Runs the work on both, compares, and returns the outcome. */
async function both(work: Work): Promise<unknown> {
  const onD1 = await outcome(() => work(env.DB));
  const onObject = await inside((db) => outcome(() => work(db)));
  expect(onObject).toEqual(onD1);
  return onD1;
}

const run = (sql: string, ...values: unknown[]) =>
  both((db) =>
    db
      .prepare(sql)
      .bind(...values)
      .run(),
  );

beforeAll(async () => {
  // The last id counts for the whole database: both must start with the same one.
  const last = "INSERT INTO parents (id) VALUES (1000)";
  const create = (db: D1Database) =>
    db.batch([...SCHEMA, last, "DELETE FROM parents"].map((statement) => db.prepare(statement)));
  await create(env.DB);
  await inside(create);
});

describe("a value", () => {
  it.each([
    ["an integer", 42],
    ["a negative integer", -7],
    ["negative zero", -0],
    ["a fraction", 0.1],
    ["2^53", 2 ** 53],
    ["a number beyond 2^53", 2 ** 60 + 4_096],
    ["a huge number", 1e300],
    ["not a number", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["text", "mug"],
    ["empty text", ""],
    ["text outside the basic plane", "🫖 \u0000 \u2028 é"],
    ["NULL", null],
    ["true", true],
    ["false", false],
    ["bytes", new Uint8Array([0, 1, 255])],
    ["a view of bytes", new Uint8Array([9, 8, 7, 6]).subarray(1, 3)],
    ["a buffer", new Uint8Array([3, 4]).buffer],
    ["a list of bytes", [1, 2, 3]],
    ["empty bytes", new Uint8Array()],
    ["undefined", undefined],
    ["an object", { a: 1 }],
    ["a list of text", ["a"]],
    ["a big integer", 12n],
  ])("comes back as from D1: %s", async (_what, value) => {
    await both((db) => db.prepare("SELECT ?1 AS value, typeof(?1) AS type").bind(value).first());
    await both((db) => db.prepare("SELECT ?1 AS value, typeof(?1) AS type").bind(value).raw());
  });

  it("computed by SQLite comes back as from D1", async () => {
    const sql = `SELECT 9007199254740993 AS beyond, -9223372036854775807 AS least, 1e999 AS endless, 0.5 AS half,
      x'00ff' AS bytes, NULL AS nothing, json('{"a":[1,2.50]}') AS json, 'é' AS letter`;
    await both((db) => db.prepare(sql).first());
    await both((db) => db.prepare(sql).raw({ columnNames: true }));
  });
});

describe("a statement", () => {
  it("returns rows, the first row, one of its columns, or lists", async () => {
    for (const sql of [
      "SELECT value AS n, value * 2 AS twice FROM json_each('[1,2,3]')",
      "SELECT 1 AS a, 2 AS a, 3 AS b",
      "SELECT 1 AS a WHERE false",
    ]) {
      await both((db) => db.prepare(sql).all());
      await both((db) => db.prepare(sql).run());
      await both((db) => db.prepare(sql).first());
      await both((db) => db.prepare(sql).first("a"));
      await both((db) => db.prepare(sql).first("n"));
      await both((db) => db.prepare(sql).raw());
      await both((db) => db.prepare(sql).raw({ columnNames: true }));
    }
  });

  it("reports how many rows it changed, read and wrote, and the last id", async () => {
    await run("INSERT INTO parents (name) VALUES ('a'), ('b'), ('c')");
    await run("INSERT INTO parents (id, name) VALUES (?1, ?2) RETURNING *", 90, "d");
    await run("INSERT INTO parents (name) VALUES ('a') ON CONFLICT DO NOTHING");
    await run("INSERT INTO parents (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET name = name");
    await run("UPDATE parents SET name = name || '!' WHERE id < 3");
    await run("UPDATE parents SET name = 'none' WHERE id = -1");
    await run("SELECT * FROM parents WHERE name LIKE 'c%'");
    await run("INSERT INTO strict (id, n) SELECT value, value FROM json_each('[5,6,7]')");
    await run("DELETE FROM strict WHERE n = 6");
    await run("DELETE FROM strict");
    await run("DELETE FROM strict");
    await run("CREATE TABLE IF NOT EXISTS parents (id INTEGER)");
  });

  it("may hold several statements, or none", async () => {
    await run("INSERT INTO strict (id, n) VALUES ('x', 1); SELECT count(*) AS n FROM strict");
    await run("DELETE FROM strict");
    await run("  -- nothing to do\n");
    await run("");
  });

  it.each([
    ["an existing key", "INSERT INTO parents (id, name) VALUES (1, 'new')"],
    ["an existing unique name", "INSERT INTO parents (name) SELECT name FROM parents LIMIT 1"],
    ["a missing parent", "INSERT INTO children (parent_id) VALUES (4711)"],
    ["a missing value", "INSERT INTO children (parent_id) VALUES (NULL)"],
    ["a check constraint", "INSERT INTO strict (id, n) VALUES ('low', -1)"],
    ["a wrong type", "INSERT INTO strict (id, n) VALUES ('typed', 'many')"],
    ["a trigger that aborts", "INSERT INTO strict (id, n) VALUES ('unlucky', 13)"],
    ["an unknown table", "SELECT * FROM nowhere"],
    ["an unknown column", "SELECT nothing FROM parents"],
    ["text that is not SQL", "SELEC 1"],
    ["a missing parameter", "SELECT ?1, ?2"],
    ["malformed JSON", "SELECT json('{')"],
  ])("fails with the same message: %s", async (_what, sql) => {
    const outcomeOfBoth = await both((db) => db.prepare(sql).all());
    expect(outcomeOfBoth).toHaveProperty("error", expect.stringMatching(/^D1_/));
  });
});

describe("a batch", () => {
  const rows = "SELECT id, n FROM strict ORDER BY id";

  it("returns a result for each statement", async () => {
    await both((db) =>
      db.batch([
        db.prepare("INSERT INTO strict (id, n) VALUES (?1, ?2)").bind("one", 1),
        db.prepare("UPDATE strict SET n = n + 1"),
        db.prepare(rows),
      ]),
    );
    await both((db) => db.batch([]));
  });

  it("is done as a whole or not at all", async () => {
    const outcomeOfBoth = await both((db) =>
      db.batch([
        db.prepare("UPDATE strict SET n = 100"),
        db.prepare("INSERT INTO parents (name) VALUES ('of a batch')"),
        db.prepare("INSERT INTO strict (id, n) VALUES ('two', 2), ('one', 1)"),
        db.prepare("DELETE FROM strict"),
      ]),
    );
    expect(outcomeOfBoth).toHaveProperty(
      "error",
      expect.stringContaining("UNIQUE constraint failed: strict.id"),
    );
    await both((db) => db.prepare(rows).all());
    await both((db) => db.prepare("SELECT count(*) AS n FROM parents WHERE name = 'of a batch'").first("n"));
    await run("INSERT INTO parents (name) VALUES ('after it')");
  });

  it("checks foreign keys at its end if they are deferred", async () => {
    const orphan = "INSERT INTO children (id, parent_id) VALUES (1, 7000)";
    const defer = "PRAGMA defer_foreign_keys = ON";
    const parent = "INSERT INTO parents (id, name) VALUES (7000, 'late')";
    const all = (...statements: string[]) =>
      both((db) => db.batch(statements.map((statement) => db.prepare(statement))));
    expect(await all(orphan, parent)).toHaveProperty("error");
    expect(await all(defer, orphan, parent)).toHaveProperty("result");
    await all(defer, "DELETE FROM parents", "DELETE FROM children");
    await both((db) => db.prepare("SELECT count(*) AS n FROM children").first("n"));
    expect(await all(orphan, parent), "the next batch checks them at once").toHaveProperty("error");
  });
});

it("works with drizzle as D1 does", async () => {
  const strict = sqliteTable("strict", {
    id: text("id").primaryKey(),
    n: integer("n").notNull(),
    r: real("r"),
    isAny: integer("any", { mode: "boolean" }),
  });
  await run("DELETE FROM strict");
  await both((db) => drizzle(db).insert(strict).values({ id: "d", n: 4, r: 0.25, isAny: true }).run());
  await both((db) => drizzle(db).select().from(strict).where(eq(strict.n, 4)));
  await both((db) => drizzle(db).select().from(strict).get());
  await both((db) =>
    drizzle(db)
      .select({ most: raw<number>`max(${strict.n})` })
      .from(strict)
      .all(),
  );
  await both((db) => {
    const orm = drizzle(db);
    return orm.batch([
      orm.update(strict).set({ n: 5 }).returning(),
      orm.select().from(strict),
      orm.delete(strict).where(eq(strict.id, "d")),
    ]);
  });
});

describe("while a call is in progress", () => {
  it("other tasks run", async () => {
    await inside(async (db) => {
      const turns: string[] = [];
      const work = async (name: string) => {
        for (let i = 0; i < 2; i += 1) {
          await db.prepare("SELECT 1").first();
          turns.push(name);
        }
      };
      await Promise.all([work("a"), work("b")]);
      expect(turns).toEqual(["a", "b", "a", "b"]);
    });
  });

  it("an object's answer may arrive first", async () => {
    await inside(async (db) => {
      const turns: string[] = [];
      const other = env.SKU_INVENTORY.getByName("beside").readStock("beside");
      void other.then(() => turns.push("result"));
      while (turns.length < 10_000 && !turns.includes("result")) {
        await db.prepare("SELECT 1").first();
        turns.push("queried");
      }
      expect(turns).toContain("result");
    });
  });
});

it("answers callers outside of its object, too", async () => {
  const passed = await runInDurableObject(stub(), (object: ObjectBackedD1) => ({
    database: object.database(stub),
  }));
  const count = (db: D1Database) => db.prepare("SELECT count(*) AS n FROM strict").first("n");
  await inside((db) => db.prepare("INSERT INTO strict (id, n) VALUES ('outside', 1)").run());
  expect(await count(passed.database)).toBe(await inside(count));
  const fromAnotherObject = await runInDurableObject(env.SKU_INVENTORY.getByName("beside"), () =>
    count(passed.database),
  );
  expect(fromAnotherObject).toBe(await inside(count));
});

it("keeps several databases apart, whose errors name the tables of the schema", async () => {
  const schema = ["CREATE TABLE kept (id TEXT PRIMARY KEY) STRICT", "CREATE INDEX kept_by_id ON kept (id)"];
  await runInDurableObject(stub(), async (object: ObjectBackedD1) => {
    const [first, second] = ["_in_first", "_in_second"].map((suffix) =>
      object.database(stub, withSuffix(schema, suffix)),
    );
    for (const db of [first!, second!]) await db.batch(schema.map((sql) => db.prepare(sql)));
    const insert = (db: D1Database) => db.prepare("INSERT INTO kept (id) VALUES ('kept')").run();
    await insert(first!);
    expect(await second!.prepare("SELECT count(*) AS n FROM kept").first("n")).toBe(0);
    await insert(second!);
    await expect(insert(first!)).rejects.toThrow("UNIQUE constraint failed: kept.id");
    expect(await first!.prepare("SELECT id, 'kept' AS text FROM kept").first()).toEqual({
      id: "kept",
      text: "kept",
    });
  });
});

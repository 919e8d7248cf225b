/** The health check cannot be used to load the database. */
import { describe, expect, it } from "vitest";
import { databaseAnswers } from "../../../src/platform/d1/database-health";
import { DatabaseUnavailable } from "../../../src/platform/d1/errors";

/** A database that counts its queries, and answers as the function does. */
function databaseThat(answer: () => Promise<unknown>) {
  const queries: string[] = [];
  const prepare = (sql: string) => ({
    run: () => {
      queries.push(sql);
      return answer();
    },
  });
  return { db: { prepare } as unknown as D1Database, queries };
}

describe("the health check", () => {
  it("queries the database once in five seconds, however often it is asked", async () => {
    const { db, queries } = databaseThat(() => Promise.resolve({}));
    for (let now = 100_000; now < 105_000; now += 50) await databaseAnswers(db, now);
    expect(queries).toHaveLength(1);
    await databaseAnswers(db, 105_000);
    expect(queries).toHaveLength(2);
  });

  it("queries again if the clock was set back", async () => {
    const { db, queries } = databaseThat(() => Promise.resolve({}));
    await databaseAnswers(db, 100_000);
    await databaseAnswers(db, 50_000);
    expect(queries).toHaveLength(2);
  });

  it("fails for five seconds after the database has failed, without a query", async () => {
    const { db, queries } = databaseThat(() => Promise.reject(new Error("no such table")));
    for (const now of [0, 1, 4_999]) await expect(databaseAnswers(db, now)).rejects.toThrow("no such table");
    expect(queries).toHaveLength(1);
  });

  it("waits a second for a database that does not answer", async () => {
    const { db } = databaseThat(() => new Promise(() => undefined));
    const startedAt = performance.now();
    await expect(databaseAnswers(db, 0)).rejects.toThrow(DatabaseUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("answers with the last result while another request queries", async () => {
    const answers = [Promise.resolve({}), new Promise(() => undefined)];
    const { db, queries } = databaseThat(() => answers.shift() ?? Promise.resolve({}));
    await databaseAnswers(db, 0);
    const [slow] = await Promise.allSettled([databaseAnswers(db, 6_000), databaseAnswers(db, 6_001)]);
    expect(slow).toMatchObject({ status: "rejected", reason: expect.any(DatabaseUnavailable) });
    expect(queries).toHaveLength(2);
  });
});

/**
 * Changes of the SKU's stock, counted. A level keeps the number of the change that last wrote it, so that
 * counting costs no row of its own; what no level shows, a backorder, is counted beside them.
 */

export type Versions = { changed: number; said: number };

/** One row: `changed` and `said`. */
export const VERSIONS = `SELECT max(coalesce((SELECT max(version) FROM levels), 0), coalesce(max(version), 0)) AS changed,
    coalesce(max(said), 0) AS said FROM changes`;

/** How often stock has changed, and up to which change the database was told. */
export const versionsOf = (sql: SqlStorage): Versions => sql.exec<Versions>(VERSIONS).one();

export const countUnseenChange = (sql: SqlStorage, version: number): void =>
  void sql.exec(
    `INSERT INTO changes (one, version, said) VALUES (1, ?, 0)
       ON CONFLICT (one) DO UPDATE SET version = excluded.version`,
    version,
  );

export const recordSaid = (sql: SqlStorage, version: number): void =>
  void sql.exec(
    `INSERT INTO changes (one, version, said) VALUES (1, 0, ?)
       ON CONFLICT (one) DO UPDATE SET said = max(said, excluded.said)`,
    version,
  );

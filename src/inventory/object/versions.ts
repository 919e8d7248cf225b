/**
 * Changes of the SKU's stock, counted. A level keeps the number of the change that last wrote it, so that
 * counting costs no row of its own; what no level shows, a backorder, is counted beside them.
 */

export type Versions = { changed: number; published: number };

/** One row: `changed` and `published`. */
export const VERSIONS = `SELECT max(coalesce((SELECT max(version) FROM levels), 0), coalesce(max(version), 0)) AS changed,
    coalesce(max(published), 0) AS published FROM changes`;

/** How often stock has changed, and up to which change the database was told. */
export const versionsOf = (sql: SqlStorage): Versions => sql.exec<Versions>(VERSIONS).one();

export const countUnseenChange = (sql: SqlStorage, version: number): void =>
  void sql.exec(
    `INSERT INTO changes (one, version, published) VALUES (1, ?, 0)
       ON CONFLICT (one) DO UPDATE SET version = excluded.version`,
    version,
  );

export const recordPublished = (sql: SqlStorage, version: number): void =>
  void sql.exec(
    `INSERT INTO changes (one, version, published) VALUES (1, 0, ?)
       ON CONFLICT (one) DO UPDATE SET published = max(published, excluded.published)`,
    version,
  );

/**
 * The version of the SKU's stock: its changes, counted. A level stores the version that wrote it last, so that counting
 * writes no extra row. A change that changes no level, such as a backorder, is stored in the table `changes`.
 */

export type Versions = { changed: number; published: number };

/** Query for one row of `Versions`. */
export const VERSIONS = `SELECT max(coalesce((SELECT max(version) FROM levels), 0), coalesce(max(version), 0)) AS changed,
    coalesce(max(published), 0) AS published FROM changes`;

/** The current version, and the last one that a snapshot has published. */
export const versionsOf = (sql: SqlStorage): Versions => sql.exec<Versions>(VERSIONS).one();

export const countChangeWithoutLevel = (sql: SqlStorage, version: number): void =>
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

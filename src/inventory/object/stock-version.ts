/**
 * The version of the SKU's stock: its changes, counted. A level stores the version that wrote it last, so that counting
 * writes no extra row. A change that changes no level, such as a backorder, is stored in the table `changes`.
 */

/** The current version, as SQL. */
export const VERSION = `max(coalesce((SELECT max(version) FROM levels), 0),
    coalesce((SELECT version FROM changes), 0))`;

export const versionOf = (sql: SqlStorage): number =>
  sql.exec<{ version: number }>(`SELECT ${VERSION} AS version`).one().version;

export const countChangeWithoutLevel = (sql: SqlStorage, version: number): void =>
  void sql.exec(
    `INSERT INTO changes (one, version) VALUES (1, ?)
       ON CONFLICT (one) DO UPDATE SET version = excluded.version`,
    version,
  );

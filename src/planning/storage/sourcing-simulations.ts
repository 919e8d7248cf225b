/** Sourcing simulations: their changes, progress and reports. */
import type { SimulationId } from "../../kernel/ids";
import type { SimulationReport, SourcingChanges } from "../domain/replay";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

/** Where the next page begins. Orders are read by database, then by status, then by the time they were placed. */
export type SimulationCursor = Readonly<{ database: number; status: number; placedAt: number; id: string }>;

export type StoredSimulation = Readonly<{
  id: SimulationId;
  dayOn: string;
  changes: SourcingChanges;
  status: "running" | "done";
  page: number;
  cursor: SimulationCursor;
  report: SimulationReport;
  createdAt: number;
  updatedAt: number;
}>;

type Row = {
  id: SimulationId;
  day_on: string;
  changes: string;
  status: "running" | "done";
  page: number;
  cursor: string;
  report: string;
  created_at: number;
  updated_at: number;
};

/** Returns false and writes nothing if `most` runs are running that were updated after `since`. */
export async function insertSimulation(
  db: D1Database,
  simulation: StoredSimulation,
  { most, since }: Readonly<{ most: number; since: number }>,
): Promise<boolean> {
  const { id, dayOn, changes, status, page, cursor, report, createdAt, updatedAt } = simulation;
  const json = [changes, cursor, report].map((value) => JSON.stringify(value));
  const { meta } = await db
    .prepare(
      `INSERT INTO sourcing_simulations (id, day_on, changes, cursor, report, status, page, created_at, updated_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
       WHERE (SELECT count(*) FROM sourcing_simulations WHERE status = 'running' AND updated_at > ?10) < ?11`,
    )
    .bind(id, dayOn, ...json, status, page, createdAt, updatedAt, since, most)
    .run();
  return meta.changes > 0;
}

/** Returns false if the page is already written: it counts once. */
export async function writePage(
  db: D1Database,
  { id, status, page, cursor, report, updatedAt }: StoredSimulation,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE sourcing_simulations SET status = ?3, page = page + 1, cursor = ?4, report = ?5, updated_at = ?6
       WHERE id = ?1 AND page = ?2 AND status = 'running'`,
    )
    .bind(id, page, status, JSON.stringify(cursor), JSON.stringify(report), updatedAt)
    .run();
  return meta.changes > 0;
}

export async function simulationById(db: D1Database, id: string): Promise<StoredSimulation | null> {
  const row = await db.prepare("SELECT * FROM sourcing_simulations WHERE id = ?1").bind(id).first<Row>();
  return (
    row && {
      id: row.id,
      dayOn: row.day_on,
      changes: JSON.parse(row.changes),
      status: row.status,
      page: row.page,
      cursor: JSON.parse(row.cursor),
      report: JSON.parse(row.report),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  );
}

/** Runs that were last updated between `after` and `before`, in epoch milliseconds. */
export type Stalled = Readonly<{ after: number; before: number }>;

const STALLED = "FROM sourcing_simulations WHERE status = 'running' AND updated_at > ?1 AND updated_at < ?2";

export const anySimulationStalledStatement = (
  db: D1Database,
  { after, before }: Stalled,
): D1PreparedStatement => anyRowStatement(db, STALLED, after, before);

export async function stalledSimulations(
  db: D1Database,
  { after, before }: Stalled,
  limit: number,
): Promise<SimulationId[]> {
  const { results } = await db
    .prepare(`SELECT id ${STALLED} ORDER BY updated_at LIMIT ?3`)
    .bind(after, before, limit)
    .all<{ id: SimulationId }>();
  return results.map(({ id }) => id);
}

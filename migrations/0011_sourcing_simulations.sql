-- Past days sourced again under changed rules. A run goes on from its cursor, page by page; what it has added up so
-- far is its report.
CREATE TABLE sourcing_simulations (
  id TEXT PRIMARY KEY,
  day_on TEXT NOT NULL CHECK (day_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  changes TEXT NOT NULL CHECK (json_valid(changes)),
  status TEXT NOT NULL CHECK (status IN ('running', 'done')),
  -- The page that is next; another number is another writer's.
  page INTEGER NOT NULL DEFAULT 0 CHECK (page >= 0),
  cursor TEXT NOT NULL CHECK (json_valid(cursor)),
  report TEXT NOT NULL CHECK (json_valid(report)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- For the sweep: runs whose message was lost.
CREATE INDEX sourcing_simulations_running ON sourcing_simulations (updated_at) WHERE status = 'running';

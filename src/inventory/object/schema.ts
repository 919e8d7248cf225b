/**
 * The tables of one SKU's object. Their checks are the last line against overselling: a decision that allocates more
 * than is on hand is rolled back.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS facts (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sku TEXT NOT NULL,
    policy TEXT NOT NULL CHECK (policy IN ('deny', 'backorder', 'preorder')),
    unit_cost_minor INTEGER NOT NULL CHECK (unit_cost_minor >= 0),
    weight_grams INTEGER NOT NULL CHECK (weight_grams >= 0),
    volume_mm3 INTEGER CHECK (volume_mm3 > 0),
    hazardous INTEGER NOT NULL CHECK (hazardous IN (0, 1)),
    oversize INTEGER NOT NULL CHECK (oversize IN (0, 1)),
    cost_changes INTEGER NOT NULL,
    value_minor INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS levels (
    location_id TEXT PRIMARY KEY,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    allocated INTEGER NOT NULL CHECK (allocated BETWEEN 0 AND on_hand),
    safety_stock INTEGER NOT NULL CHECK (safety_stock >= 0),
    vendor_owned INTEGER NOT NULL CHECK (vendor_owned IN (0, 1)),
    -- The change of the SKU's stock that wrote this level last.
    version INTEGER NOT NULL,
    -- asOf of the vendor's feed that counted it last.
    counted_as_of INTEGER
  ) STRICT, WITHOUT ROWID;

  -- The last change of stock that changed no level.
  CREATE TABLE IF NOT EXISTS changes (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS holdings (
    holder TEXT PRIMARY KEY,
    order_id TEXT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'voided', 'expired')),
    fill TEXT NOT NULL CHECK (fill IN ('partial', 'whole')),
    placed_at INTEGER NOT NULL,
    -- Where it may be filled from, best location first; empty once it is finished.
    locations TEXT NOT NULL CHECK (json_valid(locations)),
    -- [location, live, shipped, unreported] for each location.
    allocations TEXT NOT NULL CHECK (json_valid(allocations)),
    -- Live units at all locations.
    live INTEGER NOT NULL CHECK (live >= 0),
    backordered INTEGER NOT NULL CHECK (backordered >= 0),
    released INTEGER NOT NULL CHECK (released >= 0),
    event_count INTEGER NOT NULL CHECK (event_count >= 0),
    expires_at INTEGER CHECK (expires_at IS NULL OR status = 'pending'),
    due_at INTEGER CHECK (due_at IS NULL OR status = 'pending'),
    -- Effects that were applied to it; those of its order without the order's id.
    refs TEXT NOT NULL CHECK (json_valid(refs)),
    changed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- Read to fill backorders, the earliest placed first, and to add them up.
  CREATE INDEX IF NOT EXISTS holdings_waiting ON holdings (placed_at, holder, fill, backordered)
    WHERE backordered > 0;

  -- When pending holdings are due. A holding with a due_at that has no row here is confirmed: so a confirmation only
  -- deletes the row here.
  CREATE TABLE IF NOT EXISTS pending (
    due_at INTEGER NOT NULL,
    holder TEXT NOT NULL,
    PRIMARY KEY (due_at, holder)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS movements (
    seq INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receive', 'adjust', 'count', 'ship', 'restock', 'revalue')),
    location_id TEXT REFERENCES levels (location_id),
    quantity INTEGER NOT NULL,
    value_minor INTEGER NOT NULL,
    reason TEXT,
    -- When it happened, and when it was written here.
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    CHECK ((kind = 'revalue') = (location_id IS NULL))
  ) STRICT;

  -- Operations that were applied, with what identifies a repeat, and effects on lines without a holding. Effects on a
  -- holding are in its row.
  CREATE TABLE IF NOT EXISTS applied (
    ref TEXT PRIMARY KEY,
    -- Null for an effect.
    content TEXT CHECK (json_valid(content)),
    -- Who made the operation.
    actor TEXT,
    recorded_at INTEGER NOT NULL,
    CHECK ((content IS NULL) = (actor IS NULL))
  ) STRICT, WITHOUT ROWID;

  -- What was folded: how far, and how far the current pass has come. Null stage: none is under way.
  CREATE TABLE IF NOT EXISTS checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    folded_before INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    holdings INTEGER NOT NULL,
    refs INTEGER NOT NULL,
    stage TEXT CHECK (stage IN ('movements', 'holdings', 'applied')),
    cursor TEXT NOT NULL,
    next_at INTEGER NOT NULL
  ) STRICT;

  -- Sums of the folded movements, by location (empty for revaluations) and kind.
  CREATE TABLE IF NOT EXISTS folded (
    location_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    movements INTEGER NOT NULL,
    posted INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    value_minor INTEGER NOT NULL,
    PRIMARY KEY (location_id, kind)
  ) STRICT, WITHOUT ROWID;

  -- The event outbox. A row is deleted when the event's consumer is done.
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL CHECK (json_valid(event)),
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_due ON events (due_at, seq);

  -- What a unit is expected to save later, by location.
  CREATE TABLE IF NOT EXISTS stock_prices (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    found_at INTEGER NOT NULL,
    minor_by_location TEXT NOT NULL CHECK (json_valid(minor_by_location))
  ) STRICT;
`;

export const createTables = (sql: SqlStorage): void => void sql.exec(TABLES);

/** False for a SKU that was never upserted: its object stores nothing. */
export const hasTables = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'facts'").toArray().length > 0;

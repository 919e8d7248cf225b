-- What customers are promised, and what it is promised from.

-- Units expected at a location on a day: a purchase order's line, a transfer.
CREATE TABLE inbound (
  id TEXT PRIMARY KEY,
  sku TEXT NOT NULL,
  location_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('purchase_order', 'transfer')),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  received INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
  expected_on TEXT NOT NULL CHECK (expected_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  status TEXT NOT NULL CHECK (status IN ('expected', 'received', 'cancelled')),
  overdue INTEGER NOT NULL DEFAULT 0 CHECK (overdue IN (0, 1)),
  -- When the lines that wait for the SKU were last promised from it as it is; null until they were.
  told_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- For lists, and for what may be promised of a SKU.
CREATE INDEX inbound_by_sku ON inbound (sku, status, expected_on, id);
CREATE INDEX inbound_by_location ON inbound (location_id, status, expected_on, id);
-- For the hourly look: what did not come on its day, and what nobody was promised from yet.
CREATE INDEX inbound_due ON inbound (expected_on) WHERE status = 'expected' AND overdue = 0;
CREATE INDEX inbound_untold ON inbound (updated_at) WHERE told_at IS NULL;

-- Receipts that were counted, each once.
CREATE TABLE inbound_receipts (
  inbound_id TEXT NOT NULL REFERENCES inbound (id),
  ref TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  received_at INTEGER NOT NULL,
  PRIMARY KEY (inbound_id, ref)
) STRICT, WITHOUT ROWID;

-- The promise as it stands: its dates or why there are none, the first day promised, how often it moved, how it
-- ended.
ALTER TABLE order_lines ADD COLUMN promise TEXT CHECK (json_valid(promise));
-- The day after which an hourly look must see whether a line that waits can still be promised what it was.
ALTER TABLE order_lines ADD COLUMN recheck_on TEXT;
-- The day its promise was kept or broken on.
ALTER TABLE order_lines ADD COLUMN settled_on TEXT;
-- For the queue of those that wait for a SKU, in the order in which stock serves them.
CREATE INDEX order_lines_waiting ON order_lines (sku, placed_at, id, backordered) WHERE backordered > 0;
CREATE INDEX order_lines_recheck ON order_lines (recheck_on) WHERE recheck_on IS NOT NULL;
CREATE INDEX order_lines_settled ON order_lines (settled_on) WHERE settled_on IS NOT NULL;

-- By when a part is to leave, and when that day is over at its location.
ALTER TABLE fulfillments ADD COLUMN ship_by_on TEXT;
ALTER TABLE fulfillments ADD COLUMN late_at INTEGER;
-- For the hourly look: parts still there whose day is over. One that the sweep is about to release is not among
-- them, so that taking in an order writes nothing here.
CREATE INDEX fulfillments_late ON fulfillments (late_at)
  WHERE due_at IS NULL AND late_at IS NOT NULL AND status IN ('planned', 'released', 'picked', 'packed');

-- Orders that were there before anything was promised get their promises from the next hourly look.
UPDATE order_lines SET recheck_on = '2000-01-01'
WHERE kind = 'physical' AND unsourced + backordered + allocated > 0;

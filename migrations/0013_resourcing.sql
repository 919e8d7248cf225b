-- Moves to another location that stock has yet to answer: the fulfillment is not released before.
ALTER TABLE fulfillments ADD COLUMN asks INTEGER NOT NULL DEFAULT 0 CHECK (asks >= 0);
-- For what a location has sent on a day, where that is limited.
CREATE INDEX fulfillments_released ON fulfillments (location_id, released_at) WHERE released_at IS NOT NULL;

-- Orders whose plan is to be looked at again. Written with what made it doubtful, and gone when it was looked at;
-- `marks` counts the reasons, so that one that comes meanwhile is not lost.
CREATE TABLE resource_due (
  order_id TEXT PRIMARY KEY REFERENCES orders (id),
  reason TEXT NOT NULL CHECK (
    reason IN ('claim_cut', 'rejected', 'capacity', 'closed', 'stock_arrived', 'crossed')
  ),
  marks INTEGER NOT NULL DEFAULT 1,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_due_next ON resource_due (due_at, order_id);
-- For the night: what was tried again and again and is still there.
CREATE INDEX resource_due_late ON resource_due (created_at) WHERE attempts > 1;

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

-- Counts of a location that somebody else keeps, such as a vendor: what was sent, and which SKUs nobody knew.
CREATE TABLE stock_feeds (
  location_id TEXT NOT NULL,
  id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  received_by TEXT NOT NULL,
  unknown_skus TEXT NOT NULL CHECK (json_valid(unknown_skus)),
  PRIMARY KEY (location_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_feeds_by_age ON stock_feeds (received_at);
-- Worked off piece by piece; `due_at` is null once a piece is done.
CREATE TABLE stock_feed_pieces (
  location_id TEXT NOT NULL,
  feed_id TEXT NOT NULL,
  piece INTEGER NOT NULL,
  items TEXT NOT NULL CHECK (json_valid(items)),
  due_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  counted INTEGER NOT NULL DEFAULT 0,
  -- SKUs of which a newer count was known.
  stale INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (location_id, feed_id, piece)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_feed_pieces_due ON stock_feed_pieces (due_at) WHERE due_at IS NOT NULL;

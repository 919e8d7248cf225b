-- What each connected channel may sell of a SKU, what its storefront was told of that, and what it showed when
-- it was last looked at.
CREATE TABLE channel_stock (
  channel_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  -- Where the storefront has the SKU, in its own words: null while nobody has asked, empty where it has it not.
  external_id TEXT,
  -- What it was last told and took; null while that is not known.
  told_quantity INTEGER CHECK (told_quantity >= 0),
  told_at INTEGER,
  -- When it is to be told, or told again; null where there is nothing to tell.
  due_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  shown_quantity INTEGER,
  shown_at INTEGER,
  mismatch_since INTEGER,
  PRIMARY KEY (channel_id, sku)
) STRICT, WITHOUT ROWID;
-- For the sweep: what a channel is to be told, longest waiting first.
CREATE INDEX channel_stock_due ON channel_stock (channel_id, due_at) WHERE due_at IS NOT NULL;
-- For the list of mismatches, oldest first.
CREATE INDEX channel_stock_mismatches ON channel_stock (mismatch_since, channel_id, sku)
  WHERE mismatch_since IS NOT NULL;

-- What units of a SKU are expected to save later if they stay where they are, by location, as its object was told
-- last: {"locationId": minor units of the books' currency}. `found_at` is the version that the object and decisions
-- know them by.
CREATE TABLE stock_prices (
  sku TEXT PRIMARY KEY,
  found_at INTEGER NOT NULL,
  prices TEXT NOT NULL CHECK (json_valid(prices))
) STRICT, WITHOUT ROWID;

-- Stock as the SKUs' objects last said it, for whoever reads many SKUs at once. The objects decide; this follows
-- them by seconds. `version` counts the changes of a SKU's stock, so that a late word never takes the place of a
-- newer one.
CREATE TABLE sku_stock (
  sku TEXT PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  backordered INTEGER NOT NULL CHECK (backordered >= 0),
  said_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A level's row is written only where it changed: its version is that of its SKU.
CREATE TABLE stock_levels (
  sku TEXT NOT NULL,
  location_id TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  claimed INTEGER NOT NULL CHECK (claimed BETWEEN 0 AND on_hand),
  safety_stock INTEGER NOT NULL CHECK (safety_stock >= 0),
  available INTEGER NOT NULL GENERATED ALWAYS AS (max(0, on_hand - claimed - safety_stock)) VIRTUAL,
  PRIMARY KEY (sku, location_id)
) STRICT, WITHOUT ROWID;

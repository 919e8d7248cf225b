-- What sourcing needs to know of a location: what it sends, where to, how much a day, when, and what a parcel
-- and a unit cost there. Costs are in the books' currency.
ALTER TABLE locations ADD COLUMN ships_orders INTEGER NOT NULL DEFAULT 1 CHECK (ships_orders IN (0, 1));
ALTER TABLE locations ADD COLUMN offers_pickup INTEGER NOT NULL DEFAULT 0 CHECK (offers_pickup IN (0, 1));
ALTER TABLE locations ADD COLUMN capacity_per_day INTEGER CHECK (capacity_per_day >= 0);
ALTER TABLE locations ADD COLUMN closed_on TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(closed_on));
ALTER TABLE locations ADD COLUMN processing_days INTEGER NOT NULL DEFAULT 0 CHECK (processing_days >= 0);
ALTER TABLE locations ADD COLUMN countries TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(countries));
ALTER TABLE locations ADD COLUMN accepts_hazardous INTEGER NOT NULL DEFAULT 1 CHECK (accepts_hazardous IN (0, 1));
ALTER TABLE locations ADD COLUMN accepts_oversize INTEGER NOT NULL DEFAULT 1 CHECK (accepts_oversize IN (0, 1));
ALTER TABLE locations ADD COLUMN handling_per_parcel_minor INTEGER NOT NULL DEFAULT 0
  CHECK (handling_per_parcel_minor >= 0);
ALTER TABLE locations ADD COLUMN handling_per_unit_minor INTEGER NOT NULL DEFAULT 0
  CHECK (handling_per_unit_minor >= 0);

ALTER TABLE skus ADD COLUMN hazardous INTEGER NOT NULL DEFAULT 0 CHECK (hazardous IN (0, 1));
ALTER TABLE skus ADD COLUMN oversize INTEGER NOT NULL DEFAULT 0 CHECK (oversize IN (0, 1));

ALTER TABLE channels ADD COLUMN stock_buffer INTEGER NOT NULL DEFAULT 0 CHECK (stock_buffer >= 0);
ALTER TABLE channels ADD COLUMN countries TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(countries));
ALTER TABLE channels ADD COLUMN sourcing TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(sourcing));

-- What parcels cost and how long they take: a carrier's service, zone by zone, weight by weight.
CREATE TABLE carrier_services (
  id TEXT PRIMARY KEY,
  carrier TEXT NOT NULL,
  service TEXT NOT NULL,
  name TEXT NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  volume_divisor INTEGER CHECK (volume_divisor > 0),
  location_ids TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(location_ids)),
  zones TEXT NOT NULL CHECK (json_valid(zones) AND json_array_length(zones) > 0),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the customer fetches the order, where nothing is sent.
ALTER TABLE orders ADD COLUMN pickup_location_id TEXT;

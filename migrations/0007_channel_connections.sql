-- BigCommerce is a kind of storefront, and a storefront's own API can be called. A CHECK cannot be changed in
-- place, so the table is made anew; no other table refers to it.
CREATE TABLE channels_connected (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('shopify', 'woocommerce', 'bigcommerce', 'generic')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  location_ids TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(location_ids)),
  shortage_policy TEXT NOT NULL CHECK (shortage_policy IN ('backorder', 'hold')),
  grace_period_minutes INTEGER NOT NULL CHECK (grace_period_minutes >= 0),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  -- Webhook secrets, encrypted; newest first, two live at a time so that a sender can be moved over.
  secrets TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(secrets) AND json_array_length(secrets) <= 2),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  stock_buffer INTEGER NOT NULL DEFAULT 0 CHECK (stock_buffer >= 0),
  countries TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(countries)),
  sourcing TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(sourcing)),
  -- Where its API is called and as whom, encrypted as a whole.
  connection TEXT CHECK (json_valid(connection))
) STRICT, WITHOUT ROWID;
INSERT INTO channels_connected (id, name, kind, currency, location_ids, shortage_policy, grace_period_minutes,
    active, secrets, created_at, updated_at, stock_buffer, countries, sourcing)
  SELECT id, name, kind, currency, location_ids, shortage_policy, grace_period_minutes,
    active, secrets, created_at, updated_at, stock_buffer, countries, sourcing
  FROM channels;
DROP TABLE channels;
ALTER TABLE channels_connected RENAME TO channels;

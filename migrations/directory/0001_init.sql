-- The order directory: a projection of the orders databases, from which lists, searches and reports read. Everything in
-- it can be computed again from the orders: docs/how-to/rebuild-the-directory.md.
--
-- Times (`…_at`) are epoch milliseconds; amounts (`…_minor`) are integers in the currency's minor unit. Every index
-- costs a written row: each names the query that reads it.

CREATE TABLE listed_orders (
  -- Orders placed later have greater keys: 2^18 keys for each millisecond. A page begins at a key, and a day is a range.
  key INTEGER PRIMARY KEY,
  -- The consumer finds an order's row by it; the comparison reads ranges of ids.
  id TEXT NOT NULL UNIQUE,
  -- The order's version that the row shows, and when that version was committed.
  version INTEGER NOT NULL CHECK (version >= 1),
  updated_at INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'on_hold', 'cancelled', 'closed')),
  currency TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  captured_minor INTEGER NOT NULL,
  refunded_minor INTEGER NOT NULL,
  placed_at INTEGER NOT NULL,
  email TEXT,
  phone TEXT,
  customer_name TEXT,
  -- {countryCode, region, postalCode, latitude, longitude} of the shipping address; null without one.
  destination TEXT CHECK (json_valid(destination)),
  is_pickup INTEGER NOT NULL CHECK (is_pickup IN (0, 1)),
  -- The codes of its holds.
  holds TEXT NOT NULL CHECK (json_valid(holds)),
  -- Lists of values in the sequence that src/directory/domain/listed-order.ts documents.
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  shipped TEXT NOT NULL CHECK (json_valid(shipped)),
  outcomes TEXT NOT NULL CHECK (json_valid(outcomes)),
  -- The words by which it is found, folded: src/directory/domain/terms.ts.
  terms TEXT NOT NULL
) STRICT;

-- Which orders have a word: every filter, search and day of a report reads it. Its text is the column `terms` above. The
-- words are folded before they are stored, so that its tokenizer has nothing to decide.
CREATE VIRTUAL TABLE order_terms USING fts5(
  terms,
  content = listed_orders,
  content_rowid = key,
  columnsize = 0,
  detail = none,
  tokenize = "ascii tokenchars '=_-'"
);
CREATE TRIGGER listed_order_added AFTER INSERT ON listed_orders
BEGIN
  INSERT INTO order_terms (rowid, terms) VALUES (NEW.key, NEW.terms);
END;
CREATE TRIGGER listed_order_changed AFTER UPDATE OF key, terms ON listed_orders
WHEN NEW.terms <> OLD.terms OR NEW.key <> OLD.key
BEGIN
  INSERT INTO order_terms (order_terms, rowid, terms) VALUES ('delete', OLD.key, OLD.terms);
  INSERT INTO order_terms (rowid, terms) VALUES (NEW.key, NEW.terms);
END;
CREATE TRIGGER listed_order_removed AFTER DELETE ON listed_orders
BEGIN
  INSERT INTO order_terms (order_terms, rowid, terms) VALUES ('delete', OLD.key, OLD.terms);
END;

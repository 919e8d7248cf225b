-- What may be stored. Tables of one order (orders … outbox) live in the orders database that the order's id
-- names; the others in the primary. No statement joins the two. Every index is a row written: each is here
-- for a query that says which.
--
-- Times are epoch milliseconds; `…_on` is a local YYYY-MM-DD; amounts are minor units.

-- ── Reference data ────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('shopify', 'woocommerce', 'generic')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  location_ids TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(location_ids)),
  shortage_policy TEXT NOT NULL CHECK (shortage_policy IN ('backorder', 'hold')),
  grace_period_minutes INTEGER NOT NULL CHECK (grace_period_minutes >= 0),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  -- Webhook secrets, encrypted; newest first, two live at a time so that a sender can be moved over.
  secrets TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(secrets) AND json_array_length(secrets) <= 2),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE locations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('warehouse', 'store', 'vendor')),
  address TEXT NOT NULL CHECK (json_valid(address)),
  latitude REAL NOT NULL CHECK (latitude BETWEEN -90 AND 90),
  longitude REAL NOT NULL CHECK (longitude BETWEEN -180 AND 180),
  time_zone TEXT NOT NULL,
  cut_off TEXT NOT NULL,
  working_days TEXT NOT NULL CHECK (json_valid(working_days)),
  priority INTEGER NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE skus (
  sku TEXT PRIMARY KEY CHECK (length(sku) BETWEEN 1 AND 100),
  title TEXT NOT NULL,
  weight_grams INTEGER NOT NULL CHECK (weight_grams >= 0),
  length_mm INTEGER CHECK (length_mm > 0),
  width_mm INTEGER CHECK (width_mm > 0),
  height_mm INTEGER CHECK (height_mm > 0),
  unit_cost_minor INTEGER NOT NULL CHECK (unit_cost_minor >= 0),
  bins TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(bins)),
  tax_category TEXT,
  policy TEXT NOT NULL CHECK (policy IN ('deny', 'backorder', 'preorder')),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  -- When the SKU's object has been told of this row; until then the sweep tells it again.
  described_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- For the sweep: SKUs whose object has not been told.
CREATE INDEX skus_undescribed ON skus (updated_at) WHERE described_at IS NULL;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL CHECK (json_valid(scopes)),
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  -- The API key's id and the caller's Idempotency-Key.
  key TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  -- Null while the first request is under way.
  status INTEGER,
  response TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ── One order ─────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version >= 1),
  channel_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'on_hold', 'cancelled', 'closed')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  tax_included INTEGER NOT NULL CHECK (tax_included IN (0, 1)),
  placed_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  source_updated_at INTEGER NOT NULL,
  closed_at INTEGER,
  email TEXT,
  phone TEXT,
  customer_name TEXT,
  locale TEXT,
  shipping_address TEXT CHECK (json_valid(shipping_address)),
  billing_address TEXT CHECK (json_valid(billing_address)),
  shipping_method TEXT,
  note TEXT,
  shipping TEXT NOT NULL CHECK (json_valid(shipping)),
  total_minor INTEGER NOT NULL,
  payments TEXT NOT NULL CHECK (json_valid(payments)),
  refunds TEXT NOT NULL CHECK (json_valid(refunds)),
  authorized_minor INTEGER NOT NULL CHECK (authorized_minor >= 0),
  captured_minor INTEGER NOT NULL CHECK (captured_minor >= 0),
  refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
  shipping_earned_minor INTEGER NOT NULL CHECK (shipping_earned_minor >= 0),
  shipping_cancelled_minor INTEGER NOT NULL CHECK (shipping_cancelled_minor >= 0),
  deposits_minor INTEGER NOT NULL CHECK (deposits_minor >= 0),
  receivable_minor INTEGER NOT NULL CHECK (receivable_minor >= 0),
  refund_payable_minor INTEGER NOT NULL CHECK (refund_payable_minor >= 0),
  holds TEXT NOT NULL CHECK (json_valid(holds)),
  CHECK ((status = 'on_hold') = (json_array_length(holds) > 0) OR status IN ('cancelled', 'closed'))
) STRICT, WITHOUT ROWID;
-- For lists by status, newest first; a list of all statuses merges the four.
CREATE INDEX orders_by_status ON orders (status, placed_at, id);
CREATE INDEX orders_by_channel ON orders (channel_id, status, placed_at, id);
-- For the nightly reconciliation: orders that owe a refund, among them cancelled ones.
CREATE INDEX orders_owing ON orders (placed_at, id) WHERE refund_payable_minor > 0;
-- For search. Emails are stored in lower case.
CREATE INDEX orders_by_number ON orders (number, placed_at, id);
CREATE INDEX orders_by_email ON orders (email, placed_at, id) WHERE email IS NOT NULL;

CREATE TABLE order_lines (
  order_id TEXT NOT NULL REFERENCES orders (id),
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  sku TEXT,
  title TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('physical', 'digital', 'gift_card', 'fee')),
  placed_at INTEGER NOT NULL,
  unit_price_minor INTEGER NOT NULL,
  gross_minor INTEGER NOT NULL,
  discount_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  unit_cost_minor INTEGER,
  ordered INTEGER NOT NULL CHECK (ordered > 0),
  unsourced INTEGER NOT NULL CHECK (unsourced >= 0),
  backordered INTEGER NOT NULL CHECK (backordered >= 0),
  allocated INTEGER NOT NULL CHECK (allocated >= 0),
  shipped INTEGER NOT NULL CHECK (shipped >= 0),
  cancelled INTEGER NOT NULL CHECK (cancelled >= 0),
  returned INTEGER NOT NULL CHECK (returned BETWEEN 0 AND shipped),
  PRIMARY KEY (order_id, id),
  CHECK (ordered = unsourced + backordered + allocated + shipped + cancelled)
) STRICT, WITHOUT ROWID;
-- For the search by SKU, newest first.
CREATE INDEX order_lines_by_sku ON order_lines (sku, placed_at, order_id) WHERE sku IS NOT NULL;

-- History, lock and audit trail: a row for each commit. Two writers of one version cannot both commit.
CREATE TABLE order_events (
  order_id TEXT NOT NULL REFERENCES orders (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  -- The attempt that wrote it: a writer whose reply was lost knows its own.
  attempt TEXT NOT NULL,
  events TEXT NOT NULL CHECK (json_valid(events) AND json_array_length(events) > 0),
  PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE fulfillments (
  order_id TEXT NOT NULL REFERENCES orders (id),
  id TEXT NOT NULL,
  location_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('planned', 'released', 'picked', 'packed', 'shipped', 'delivered', 'cancelled', 'rejected')),
  release_at INTEGER NOT NULL,
  -- When the sweep should release it: null unless it is planned and nothing holds its order.
  due_at INTEGER,
  released_at INTEGER,
  reason TEXT,
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  PRIMARY KEY (order_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fulfillments_by_location ON fulfillments (location_id, status, release_at, order_id, id);
CREATE INDEX fulfillments_due ON fulfillments (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE shipments (
  order_id TEXT NOT NULL REFERENCES orders (id),
  id TEXT NOT NULL,
  fulfillment_id TEXT NOT NULL,
  location_id TEXT,
  carrier TEXT,
  service TEXT,
  tracking_number TEXT,
  tracking_url TEXT,
  shipped_at INTEGER NOT NULL,
  delivered_at INTEGER,
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  PRIMARY KEY (order_id, id)
) STRICT, WITHOUT ROWID;
-- For the shipped side of reports, and for a carrier that knows only its number.
CREATE INDEX shipments_by_day ON shipments (shipped_at);
CREATE INDEX shipments_by_tracking ON shipments (tracking_number) WHERE tracking_number IS NOT NULL;

-- A row is an entry; its postings are JSON, [{account, amountMinor, currency}], debits positive. The primary
-- key keeps the days together. Entries of stock movements have no order.
CREATE TABLE journal_entries (
  posted_on TEXT NOT NULL CHECK (posted_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  -- `ord_…/version/n`, or the stock movement's own id.
  id TEXT NOT NULL,
  order_id TEXT REFERENCES orders (id),
  at INTEGER NOT NULL,
  description TEXT NOT NULL,
  postings TEXT NOT NULL CHECK (json_valid(postings) AND json_array_length(postings) >= 2),
  PRIMARY KEY (posted_on, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_entries_by_order ON journal_entries (order_id) WHERE order_id IS NOT NULL;

CREATE TRIGGER journal_entry_balances BEFORE INSERT ON journal_entries
WHEN EXISTS (
  SELECT 1 FROM json_each(NEW.postings) AS posting
  GROUP BY posting.value ->> 'currency'
  HAVING sum(posting.value ->> 'amountMinor') <> 0
)
BEGIN
  SELECT RAISE(ABORT, 'journal_entry_unbalanced');
END;
CREATE TRIGGER journal_entry_is_final BEFORE UPDATE ON journal_entries
BEGIN
  SELECT RAISE(ABORT, 'journal_entry_is_final');
END;

-- What is yet to be sent to a queue. Rows go when sent, so the oldest is always first.
CREATE TABLE outbox (
  due_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL CHECK (json_valid(message)),
  PRIMARY KEY (due_at, id)
) STRICT, WITHOUT ROWID;

-- What a SKU's object decided for an order, once.
CREATE TABLE applied_stock_events (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every callback, once. The body is kept where staff must look at it.
CREATE TABLE inbox (
  channel_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  order_id TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'stale', 'ignored', 'rejected')),
  problem TEXT,
  body TEXT,
  PRIMARY KEY (channel_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_rejected ON inbox (received_at, channel_id, event_id) WHERE outcome = 'rejected';

-- Messages to customers, with their status. The id is derived from the order and what is told.
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('order_received', 'order_backordered', 'order_shipped', 'order_delivered', 'order_cancelled')),
  recipient TEXT,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'skipped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  provider TEXT,
  provider_id TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_by_order ON messages (order_id);
CREATE INDEX messages_by_time ON messages (created_at, id);
CREATE INDEX messages_pending ON messages (created_at) WHERE status = 'pending';

-- ── Running it ────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  channel_id TEXT NOT NULL,
  token TEXT,
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  status TEXT NOT NULL CHECK (status IN ('held', 'voided')),
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_expiry ON reservations (expires_at);

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL CHECK (queue IN ('intake', 'fulfillment', 'stock', 'notify')),
  message TEXT NOT NULL CHECK (json_valid(message)),
  problem TEXT,
  died_at INTEGER NOT NULL,
  replayed_at INTEGER,
  replays INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX dead_letters_open ON dead_letters (died_at, id) WHERE replayed_at IS NULL;
CREATE INDEX dead_letters_by_time ON dead_letters (died_at, id);

-- A cron that fires twice finds its row taken.
CREATE TABLE job_runs (
  job TEXT NOT NULL,
  scheduled_for TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (job, scheduled_for)
) STRICT, WITHOUT ROWID;

CREATE TABLE reconciliations (
  reconciled_on TEXT PRIMARY KEY CHECK (reconciled_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  clean INTEGER NOT NULL CHECK (clean IN (0, 1)),
  report TEXT NOT NULL CHECK (json_valid(report))
) STRICT, WITHOUT ROWID;

-- Closing balances as of each night, so that a trial balance reads one night and the entries since.
CREATE TABLE account_balances (
  closed_on TEXT NOT NULL CHECK (closed_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  balance_minor INTEGER NOT NULL,
  PRIMARY KEY (closed_on, account, currency)
) STRICT, WITHOUT ROWID;

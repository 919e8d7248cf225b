-- The whole schema. Tables of one order (orders … applied_stock_events) are in the orders database that the
-- order's id names; all others are in the primary database. No statement joins the two.
--
-- Times (`…_at`) are epoch milliseconds, days (`…_on`) are local dates, YYYY-MM-DD; amounts (`…_minor`) are
-- integers in the currency's minor unit. Every index costs a written row: each names the query that reads it.

-- ── Catalog ───────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- The name of a storefront adapter; src/channels/storefronts.ts lists them.
  kind TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) IN (3, 5)),
  location_ids TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(location_ids)),
  -- The storefront's ids of locations, and ours.
  location_map TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(location_map)),
  shortage_policy TEXT NOT NULL CHECK (shortage_policy IN ('backorder', 'hold')),
  grace_period_minutes INTEGER NOT NULL CHECK (grace_period_minutes >= 0),
  stock_buffer INTEGER NOT NULL DEFAULT 0 CHECK (stock_buffer >= 0),
  countries TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(countries)),
  sourcing TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(sourcing)),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  -- Webhook secrets, encrypted, newest first. Two may be valid at a time, so that a sender can change over.
  secrets TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(secrets) AND json_array_length(secrets) <= 2),
  -- Address and credentials of the storefront's API, encrypted as a whole.
  connection TEXT CHECK (json_valid(connection)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Costs are in the books' currency.
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
  closed_on TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(closed_on)),
  processing_days INTEGER NOT NULL DEFAULT 0 CHECK (processing_days >= 0),
  capacity_per_day INTEGER CHECK (capacity_per_day >= 0),
  ships_orders INTEGER NOT NULL DEFAULT 1 CHECK (ships_orders IN (0, 1)),
  offers_pickup INTEGER NOT NULL DEFAULT 0 CHECK (offers_pickup IN (0, 1)),
  countries TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(countries)),
  accepts_hazardous INTEGER NOT NULL DEFAULT 1 CHECK (accepts_hazardous IN (0, 1)),
  accepts_oversize INTEGER NOT NULL DEFAULT 1 CHECK (accepts_oversize IN (0, 1)),
  handling_per_parcel_minor INTEGER NOT NULL DEFAULT 0 CHECK (handling_per_parcel_minor >= 0),
  handling_per_unit_minor INTEGER NOT NULL DEFAULT 0 CHECK (handling_per_unit_minor >= 0),
  priority INTEGER NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A carrier's service: what parcels cost and how long they take, by zone and weight.
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
  hazardous INTEGER NOT NULL DEFAULT 0 CHECK (hazardous IN (0, 1)),
  oversize INTEGER NOT NULL DEFAULT 0 CHECK (oversize IN (0, 1)),
  policy TEXT NOT NULL CHECK (policy IN ('deny', 'backorder', 'preorder')),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  -- When the SKU's object last received this row; null until it has, and the sweep sends it again.
  upserted_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Sweep: SKUs whose object does not have their row yet.
CREATE INDEX skus_to_upsert ON skus (updated_at) WHERE upserted_at IS NULL;

-- ── One order ─────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version >= 1),
  channel_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'on_hold', 'cancelled', 'closed')),
  currency TEXT NOT NULL CHECK (length(currency) IN (3, 5)),
  tax_included INTEGER NOT NULL CHECK (tax_included IN (0, 1)),
  placed_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  -- When the storefront last changed it: an older state never overwrites a newer one.
  storefront_updated_at INTEGER NOT NULL,
  closed_at INTEGER,
  -- In lower case.
  email TEXT,
  phone TEXT,
  customer_name TEXT,
  locale TEXT,
  shipping_address TEXT CHECK (json_valid(shipping_address)),
  billing_address TEXT CHECK (json_valid(billing_address)),
  shipping_method TEXT,
  -- Where the customer collects it; null if it is sent.
  pickup_location_id TEXT,
  note TEXT,
  shipping TEXT NOT NULL CHECK (json_valid(shipping)),
  rounding_minor INTEGER NOT NULL DEFAULT 0,
  total_minor INTEGER NOT NULL,
  is_test INTEGER NOT NULL DEFAULT 0 CHECK (is_test IN (0, 1)),
  -- The day by which the quote that it was placed on promised all of it; null if it was placed on none.
  quoted_on TEXT,
  payments TEXT NOT NULL CHECK (json_valid(payments)),
  refunds TEXT NOT NULL CHECK (json_valid(refunds)),
  authorized_minor INTEGER NOT NULL CHECK (authorized_minor >= 0),
  captured_minor INTEGER NOT NULL CHECK (captured_minor >= 0),
  refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
  deposits_minor INTEGER NOT NULL CHECK (deposits_minor >= 0),
  receivable_minor INTEGER NOT NULL CHECK (receivable_minor >= 0),
  refund_payable_minor INTEGER NOT NULL CHECK (refund_payable_minor >= 0),
  holds TEXT NOT NULL CHECK (json_valid(holds)),
  -- Reasons that staff released: the same reason does not hold the order again.
  released_holds TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(released_holds)),
  -- The storefront's last state, while some of it waits for a location to give units back.
  differing TEXT CHECK (json_valid(differing)),
  CHECK ((status = 'on_hold') = (json_array_length(holds) > 0) OR status IN ('cancelled', 'closed'))
) STRICT, WITHOUT ROWID;
-- Lists by status, newest first; a list of all statuses merges the four.
CREATE INDEX orders_by_status ON orders (status, placed_at, id);
CREATE INDEX orders_by_channel ON orders (channel_id, status, placed_at, id);
-- Nightly close: orders that owe a refund, cancelled ones among them.
CREATE INDEX orders_owing ON orders (placed_at, id) WHERE refund_payable_minor > 0;
-- Search by number and by email.
CREATE INDEX orders_by_number ON orders (number, placed_at, id);
CREATE INDEX orders_by_email ON orders (email, placed_at, id) WHERE email IS NOT NULL;

CREATE TABLE order_lines (
  order_id TEXT NOT NULL REFERENCES orders (id),
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  sku TEXT,
  -- As the storefront lists it: staff may have assigned another, or decided that nothing ships.
  storefront_sku TEXT,
  title TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('physical', 'digital', 'gift_card', 'fee')),
  storefront_kind TEXT NOT NULL,
  -- Units of the storefront's line, of which an order may have several lines.
  storefront_quantity INTEGER NOT NULL,
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
  -- Of the cancelled units, those that an edit at the storefront took off: the storefront counts without them.
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed BETWEEN 0 AND cancelled),
  returned INTEGER NOT NULL CHECK (returned BETWEEN 0 AND shipped),
  -- The promise as it stands: its dates or why there are none, the first date, its moves, its outcome.
  promise TEXT CHECK (json_valid(promise)),
  -- The day after which the hourly job must check the promise again.
  recheck_on TEXT,
  -- The day on which the promise was kept or broken.
  settled_on TEXT,
  PRIMARY KEY (order_id, id),
  CHECK (ordered = unsourced + backordered + allocated + shipped + cancelled)
) STRICT, WITHOUT ROWID;
-- Search by SKU and demand reports, newest first.
CREATE INDEX order_lines_by_sku ON order_lines (sku, placed_at, order_id) WHERE sku IS NOT NULL;
-- The queue of lines that wait for a SKU, in the order in which stock serves them.
CREATE INDEX order_lines_waiting ON order_lines (sku, placed_at, id, backordered) WHERE backordered > 0;
-- Hourly job: promises to check again.
CREATE INDEX order_lines_recheck ON order_lines (recheck_on) WHERE recheck_on IS NOT NULL;
-- Report of kept and broken promises.
CREATE INDEX order_lines_settled ON order_lines (settled_on) WHERE settled_on IS NOT NULL;

-- History, optimistic lock and audit trail: one row for each commit. Two writers of one version cannot both commit.
CREATE TABLE order_events (
  order_id TEXT NOT NULL REFERENCES orders (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  -- The attempt that wrote it: a writer whose reply was lost recognises its own row.
  attempt TEXT NOT NULL,
  events TEXT NOT NULL CHECK (json_valid(events) AND json_array_length(events) > 0),
  PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE fulfillments (
  order_id TEXT NOT NULL REFERENCES orders (id),
  id TEXT NOT NULL,
  location_id TEXT,
  -- The carrier service that its parcels are planned to go with; null if the plan names none.
  service_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('planned', 'released', 'picked', 'packed', 'shipped', 'delivered', 'cancelled', 'rejected')),
  release_at INTEGER NOT NULL,
  -- When the sweep releases it; null unless it is planned and nothing holds its order.
  due_at INTEGER,
  released_at INTEGER,
  reason TEXT,
  -- Why its location is asked to stop and give the units back.
  stop_reason TEXT,
  -- The day by which it leaves, local to the location, and the moment that day ends there.
  ship_by_on TEXT,
  late_at INTEGER,
  -- Moves to another location that stock has not answered yet: it is not released before.
  pending_moves INTEGER NOT NULL DEFAULT 0 CHECK (pending_moves >= 0),
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  PRIMARY KEY (order_id, id)
) STRICT, WITHOUT ROWID;
-- A location's work list, and what to replan when a location closes.
CREATE INDEX fulfillments_by_location ON fulfillments (location_id, status, release_at, order_id, id);
-- Sweep: fulfillments to release.
CREATE INDEX fulfillments_due ON fulfillments (due_at) WHERE due_at IS NOT NULL;
-- Hourly job: fulfillments still there although their day is over. One that the sweep is about to release is not
-- in it, so that a new order writes no row here.
CREATE INDEX fulfillments_late ON fulfillments (late_at)
  WHERE due_at IS NULL AND late_at IS NOT NULL AND status IN ('planned', 'released', 'picked', 'packed');
-- What a location with a daily capacity has released that day.
CREATE INDEX fulfillments_released ON fulfillments (location_id, released_at) WHERE released_at IS NOT NULL;

CREATE TABLE shipments (
  order_id TEXT NOT NULL REFERENCES orders (id),
  id TEXT NOT NULL,
  fulfillment_id TEXT NOT NULL,
  location_id TEXT,
  carrier TEXT,
  service TEXT,
  tracking_number TEXT,
  tracking_url TEXT,
  -- The storefront's id, if it had the units sent from elsewhere.
  external_id TEXT,
  shipped_at INTEGER NOT NULL,
  delivered_at INTEGER,
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  PRIMARY KEY (order_id, id)
) STRICT, WITHOUT ROWID;
-- The shipped side of reports.
CREATE INDEX shipments_by_day ON shipments (shipped_at);

-- A row is an entry; its postings are JSON, [{account, amountMinor, currency}], debits positive. The primary key
-- keeps the entries of a day together. Entries of stock movements have no order and are in the primary database.
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
-- Nightly close: an order's entries.
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

-- Queue messages, written in the batch that causes them. A row stays until its consumer is done, and is sent again
-- if that takes too long. The consumer knows a row by its id.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL CHECK (json_valid(message))
) STRICT, WITHOUT ROWID;
-- Sweep: rows to send again.
CREATE INDEX outbox_due ON outbox (due_at, id);
-- Nightly close: rows that were sent again and again.
CREATE INDEX outbox_late ON outbox (created_at) WHERE attempts > 1;

-- Deletions of orders that are not known: the storefront's message of their creation may come later. Read by the
-- creation of an order, and by age when they are forgotten.
CREATE TABLE deleted_orders (
  order_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_orders_by_age ON deleted_orders (at);
CREATE TRIGGER order_was_deleted BEFORE INSERT ON orders
WHEN NEW.version = 1 AND EXISTS (
  SELECT 1 FROM deleted_orders WHERE order_id = NEW.id AND at >= NEW.storefront_updated_at
)
BEGIN
  SELECT RAISE(ABORT, 'order_was_deleted');
END;

-- Orders whose plan must be decided again. A row is written with the change that makes the plan doubtful, and
-- deleted when the order was replanned; `marks` counts the reasons, so that one that comes meanwhile is not lost.
CREATE TABLE replans (
  order_id TEXT PRIMARY KEY REFERENCES orders (id),
  reason TEXT NOT NULL CHECK (
    reason IN ('allocation_cut', 'rejected', 'capacity', 'closed', 'stock_arrived', 'needs_repair')
  ),
  marks INTEGER NOT NULL DEFAULT 1,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Sweep: orders to replan.
CREATE INDEX replans_next ON replans (due_at, order_id);
-- Nightly close: orders that were tried again and again.
CREATE INDEX replans_late ON replans (created_at) WHERE attempts > 1;

-- Stock events that were applied to an order, each once.
CREATE TABLE applied_stock_events (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Notifications to customers, with their status. The id is derived from the order and what it reports.
CREATE TABLE notifications (
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
-- An order's notifications; the mail preview, newest first; the nightly close.
CREATE INDEX notifications_by_order ON notifications (order_id);
CREATE INDEX notifications_by_time ON notifications (created_at, id);
CREATE INDEX notifications_pending ON notifications (created_at) WHERE status = 'pending';

-- ── Stock ─────────────────────────────────────────────────────────────────────────────────────────────

-- The last snapshot that each SKU's object published. The objects decide; these rows follow by seconds.
-- `version` counts the changes of a SKU's stock, so that a late snapshot never replaces a newer one.
CREATE TABLE sku_stock (
  sku TEXT PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  backordered INTEGER NOT NULL CHECK (backordered >= 0),
  published_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A level's row is written only when it changes: its version is that of its SKU.
CREATE TABLE stock_levels (
  sku TEXT NOT NULL,
  location_id TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  allocated INTEGER NOT NULL CHECK (allocated BETWEEN 0 AND on_hand),
  safety_stock INTEGER NOT NULL CHECK (safety_stock >= 0),
  available INTEGER NOT NULL GENERATED ALWAYS AS (max(0, on_hand - allocated - safety_stock)) VIRTUAL,
  PRIMARY KEY (sku, location_id)
) STRICT, WITHOUT ROWID;

-- Units expected at a location on a day: a line of a purchase order, or a transfer.
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
  -- When the promises of the lines that wait for the SKU were last updated from this row; null until they were.
  promises_updated_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Lists, and what can be promised of a SKU.
CREATE INDEX inbound_by_sku ON inbound (sku, status, expected_on, id);
CREATE INDEX inbound_by_location ON inbound (location_id, status, expected_on, id);
-- Hourly job: inbound that did not come on its day, and inbound that changed since promises were updated.
CREATE INDEX inbound_due ON inbound (expected_on) WHERE status = 'expected' AND overdue = 0;
CREATE INDEX inbound_changed ON inbound (updated_at) WHERE promises_updated_at IS NULL;

-- Receipts that were counted, each once.
CREATE TABLE inbound_receipts (
  inbound_id TEXT NOT NULL REFERENCES inbound (id),
  ref TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  received_at INTEGER NOT NULL,
  PRIMARY KEY (inbound_id, ref)
) STRICT, WITHOUT ROWID;

-- What a unit of a SKU is expected to save later if it stays, by location, as last sent to its object:
-- {"locationId": minor units of the books' currency}. `found_at` identifies the prices in the object and in decisions.
CREATE TABLE stock_prices (
  sku TEXT PRIMARY KEY,
  found_at INTEGER NOT NULL,
  prices TEXT NOT NULL CHECK (json_valid(prices))
) STRICT, WITHOUT ROWID;

-- ── Promises ──────────────────────────────────────────────────────────────────────────────────────────

-- Quotes that an order can be placed on without naming their id. `key` is a hash of the channel, destination, delivery and
-- SKUs; `quantities` are the units of each SKU. A quote that is made again is the same row.
CREATE TABLE remembered_quotes (
  key TEXT NOT NULL,
  quantities TEXT NOT NULL CHECK (json_valid(quantities)),
  deliver_by_on TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL CHECK (valid_until >= issued_at),
  PRIMARY KEY (key, quantities, deliver_by_on)
) STRICT, WITHOUT ROWID;
-- Nightly clean-up.
CREATE INDEX remembered_quotes_by_end ON remembered_quotes (valid_until);

-- ── Checkout ──────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  channel_id TEXT NOT NULL,
  token TEXT,
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  status TEXT NOT NULL CHECK (status IN ('held', 'voided')),
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Sweep: reservations to delete.
CREATE INDEX reservations_by_expiry ON reservations (expires_at);

-- ── Planning ──────────────────────────────────────────────────────────────────────────────────────────

-- Past days sourced again under changed rules. A run continues from its cursor, page by page; `report` is what it
-- has added up so far.
CREATE TABLE sourcing_simulations (
  id TEXT PRIMARY KEY,
  day_on TEXT NOT NULL CHECK (day_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  changes TEXT NOT NULL CHECK (json_valid(changes)),
  status TEXT NOT NULL CHECK (status IN ('running', 'done')),
  -- The next page: only the writer that read this number may write it.
  page INTEGER NOT NULL DEFAULT 0 CHECK (page >= 0),
  cursor TEXT NOT NULL CHECK (json_valid(cursor)),
  report TEXT NOT NULL CHECK (json_valid(report)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Sweep: runs whose message was lost.
CREATE INDEX sourcing_simulations_running ON sourcing_simulations (updated_at) WHERE status = 'running';

-- ── Channels ──────────────────────────────────────────────────────────────────────────────────────────

-- Every callback, once. The body is kept when it was rejected, so that staff can read it.
CREATE TABLE inbox (
  channel_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  order_id TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'stale', 'ignored', 'rejected')),
  problem TEXT,
  body TEXT,
  resolved_at INTEGER,
  resolved_by TEXT,
  resolution TEXT,
  PRIMARY KEY (channel_id, event_id)
) STRICT, WITHOUT ROWID;
-- The list of rejected callbacks, those that staff has not resolved, and those whose body can be deleted.
CREATE INDEX inbox_rejected ON inbox (received_at, channel_id, event_id) WHERE outcome = 'rejected';
CREATE INDEX inbox_open ON inbox (received_at, channel_id, event_id)
  WHERE outcome = 'rejected' AND resolved_at IS NULL;
CREATE INDEX inbox_resolved ON inbox (resolved_at) WHERE resolved_at IS NOT NULL AND body IS NOT NULL;

-- What each connected channel may sell of a SKU, what was pushed to its storefront, and what the storefront showed
-- when it was last read.
CREATE TABLE channel_stock (
  channel_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  -- The storefront's id of the SKU: null while it is not known, empty if the storefront does not list the SKU.
  external_id TEXT,
  -- What the storefront last accepted; null while that is not known.
  pushed_quantity INTEGER CHECK (pushed_quantity >= 0),
  pushed_at INTEGER,
  -- When it is to be pushed; null if there is nothing to push.
  due_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  shown_quantity INTEGER,
  shown_at INTEGER,
  mismatch_since INTEGER,
  PRIMARY KEY (channel_id, sku)
) STRICT, WITHOUT ROWID;
-- Sweep: what to push to a channel, longest waiting first.
CREATE INDEX channel_stock_due ON channel_stock (channel_id, due_at) WHERE due_at IS NOT NULL;
-- The list of mismatches, oldest first.
CREATE INDEX channel_stock_mismatches ON channel_stock (mismatch_since, channel_id, sku)
  WHERE mismatch_since IS NOT NULL;

-- How far the changed orders of a channel are read back from its storefront: a list is read a page at a time.
CREATE TABLE order_read_backs (
  channel_id TEXT PRIMARY KEY,
  -- The list has the orders that changed since then.
  since INTEGER NOT NULL,
  -- When the list was begun, and when its next page is read; null while none is being read.
  started_at INTEGER,
  cursor TEXT,
  due_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  CHECK ((started_at IS NULL) = (due_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX order_read_backs_due ON order_read_backs (due_at) WHERE due_at IS NOT NULL;
-- The night: lists that take longer than a day.
CREATE INDEX order_read_backs_started ON order_read_backs (started_at) WHERE started_at IS NOT NULL;

-- ── Reconciliation and ledger ─────────────────────────────────────────────────────────────────────────

CREATE TABLE reconciliations (
  reconciled_on TEXT PRIMARY KEY CHECK (reconciled_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  clean INTEGER NOT NULL CHECK (clean IN (0, 1)),
  report TEXT NOT NULL CHECK (json_valid(report))
) STRICT, WITHOUT ROWID;

-- Closing balances of each night, so that a trial balance reads one night and the entries since.
CREATE TABLE account_balances (
  closed_on TEXT NOT NULL CHECK (closed_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- Decimal text: a sum of many years may pass 2^53.
  balance_minor TEXT NOT NULL CHECK (balance_minor NOT GLOB '*[^-0-9]*' AND balance_minor <> ''),
  PRIMARY KEY (closed_on, account, currency)
) STRICT, WITHOUT ROWID;

-- ── Platform ──────────────────────────────────────────────────────────────────────────────────────────

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
  -- Null while the first request is in progress.
  status INTEGER,
  response TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Nightly clean-up: keys that no caller repeats any more, oldest first.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL CHECK (queue IN ('intake', 'fulfillment', 'stock', 'notify')),
  message TEXT NOT NULL CHECK (json_valid(message)),
  problem TEXT,
  died_at INTEGER NOT NULL,
  replayed_at INTEGER,
  replays INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- Nightly close: letters that nobody replayed; and the list, newest first.
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

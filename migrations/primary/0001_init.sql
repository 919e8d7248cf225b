-- The primary database: everything that is not of one order. No statement joins it with another database.
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
CREATE INDEX inbound_changed ON inbound (sku, updated_at) WHERE promises_updated_at IS NULL;

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

-- ── Channels ──────────────────────────────────────────────────────────────────────────────────────────

-- Callbacks that changed no stored order, each once. The body is kept when it was rejected, so that staff can read it.
CREATE TABLE inbox (
  channel_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('ignored', 'rejected')),
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
-- Nightly clean-up: callbacks that nobody has to resolve, oldest first.
CREATE INDEX inbox_by_age ON inbox (received_at) WHERE outcome = 'ignored' OR resolved_at IS NOT NULL;

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

-- ── Privacy ───────────────────────────────────────────────────────────────────────────────────────────

-- Requests to erase or export a customer's data in a channel. `subject` says whose, sealed, until the request is done.
CREATE TABLE privacy_requests (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('erase', 'export', 'erase_channel')),
  channel_id TEXT NOT NULL,
  subject TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'waiting', 'done')),
  requested_by TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  -- By when it must be done.
  due_at INTEGER NOT NULL,
  done_at INTEGER CHECK ((done_at IS NOT NULL) = (status = 'done')),
  orders INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  -- Parts of the exported document in the archive; null without one.
  parts INTEGER,
  -- When staff gave the exported document to the customer.
  answered_at INTEGER,
  answered_by TEXT
) STRICT, WITHOUT ROWID;
-- The list, newest first: of all, and of those that staff have to look at.
CREATE INDEX privacy_requests_by_time ON privacy_requests (requested_at, id);
CREATE INDEX privacy_requests_unfinished ON privacy_requests (requested_at, id)
  WHERE status <> 'done' OR (kind = 'export' AND answered_at IS NULL);
-- The nightly job, and the night: those that are not done, and documents that nobody has given to the customer.
CREATE INDEX privacy_requests_due ON privacy_requests (due_at, id) WHERE status <> 'done';
CREATE INDEX privacy_requests_unanswered ON privacy_requests (done_at)
  WHERE kind = 'export' AND answered_at IS NULL AND done_at IS NOT NULL;
-- Nightly clean-up: documents, and requests.
CREATE INDEX privacy_requests_exported ON privacy_requests (done_at) WHERE parts IS NOT NULL;
CREATE INDEX privacy_requests_done ON privacy_requests (done_at) WHERE done_at IS NOT NULL AND parts IS NULL;

-- The orders of a request that is not done: those that were erased, and those that wait and why.
CREATE TABLE privacy_orders (
  request_id TEXT NOT NULL REFERENCES privacy_requests (id),
  order_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('erased', 'waiting')),
  detail TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (request_id, order_id)
) STRICT, WITHOUT ROWID;

-- ── Reconciliation and ledger ─────────────────────────────────────────────────────────────────────────

-- A row is an entry; its postings are JSON, {currency: {account: amount}}, debits positive. The primary key
-- keeps the entries of a day together. Here are those of stock movements; an order's are in its own database.
CREATE TABLE journal_entries (
  posted_on TEXT NOT NULL CHECK (posted_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  -- The stock movement's id.
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  description TEXT NOT NULL,
  postings TEXT NOT NULL CHECK (json_type(postings) = 'object' AND postings <> '{}'),
  PRIMARY KEY (posted_on, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER journal_entry_balances BEFORE INSERT ON journal_entries
WHEN EXISTS (
  SELECT 1 FROM json_each(NEW.postings) AS currency, json_each(currency.value) AS posting
  GROUP BY currency.key HAVING sum(posting.value) <> 0
)
BEGIN
  SELECT RAISE(ABORT, 'journal_entry_unbalanced');
END;
CREATE TRIGGER journal_entry_is_final BEFORE UPDATE ON journal_entries
BEGIN
  SELECT RAISE(ABORT, 'journal_entry_is_final');
END;

CREATE TABLE reconciliations (
  reconciled_on TEXT PRIMARY KEY CHECK (reconciled_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  -- When the last comparison of all orders and stock began, this one or an earlier one.
  all_compared_at INTEGER,
  clean INTEGER NOT NULL CHECK (clean IN (0, 1)),
  report TEXT NOT NULL CHECK (json_valid(report))
) STRICT, WITHOUT ROWID;

-- What lines of orders must hold of stock, sorted by SKU for the comparison with the SKUs' objects. Only while a
-- reconciliation runs: it deletes all rows before it begins and when it ends.
CREATE TABLE expected_allocations (
  sku TEXT NOT NULL,
  line_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  -- [[location or null for a backorder, units]]; empty if the line must hold nothing.
  units TEXT NOT NULL CHECK (json_valid(units)),
  PRIMARY KEY (sku, line_id)
) STRICT, WITHOUT ROWID;

-- What the last audit found of each SKU, so that the nights between two full comparisons read only objects that changed.
CREATE TABLE audited_stock (
  sku TEXT PRIMARY KEY,
  -- How often its stock had changed.
  version INTEGER NOT NULL,
  units INTEGER NOT NULL,
  value_minor INTEGER NOT NULL,
  -- Whether its object had events that were not delivered.
  has_open_events INTEGER NOT NULL CHECK (has_open_events IN (0, 1))
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

-- What a recovery after a restore of a database has found, for a person to decide.
CREATE TABLE recovery_findings (
  -- Derived from what was found: found again, it is the same row.
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  order_id TEXT,
  detail TEXT NOT NULL,
  -- What a decision needs: units, locations, versions.
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  found_at INTEGER NOT NULL,
  -- Null until it is decided, or is gone.
  decided_at INTEGER,
  decided_by TEXT,
  decision TEXT CHECK ((decision IS NULL) = (decided_at IS NULL)),
  note TEXT
) STRICT, WITHOUT ROWID;
-- Findings that nobody has decided: the list, the night, and a later recovery.
CREATE INDEX recovery_findings_open ON recovery_findings (kind, id) WHERE decided_at IS NULL;
-- Nightly clean-up; and the list of those that were decided.
CREATE INDEX recovery_findings_decided ON recovery_findings (decided_at) WHERE decided_at IS NOT NULL;

-- ── Platform ──────────────────────────────────────────────────────────────────────────────────────────

-- Which orders database has a bucket's orders. Buckets without a row are in ORDERS_00.
CREATE TABLE order_buckets (
  bucket INTEGER PRIMARY KEY CHECK (bucket BETWEEN 0 AND 63),
  -- The binding's name.
  database TEXT NOT NULL,
  -- The binding to which the bucket is being moved; null unless its orders wait for that.
  moving_to TEXT CHECK (moving_to <> database),
  moving_since INTEGER CHECK ((moving_to IS NULL) = (moving_since IS NULL))
) STRICT;

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
  queue TEXT NOT NULL CHECK (queue IN ('intake', 'fulfillment', 'stock', 'notify', 'jobs', 'directory')),
  message TEXT NOT NULL CHECK (json_valid(message)),
  problem TEXT,
  died_at INTEGER NOT NULL,
  replayed_at INTEGER,
  replays INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- Nightly close: letters that nobody replayed; the list, newest first; and the nightly clean-up.
CREATE INDEX dead_letters_open ON dead_letters (died_at, id) WHERE replayed_at IS NULL;
-- How far the directory lags behind: the oldest time of a queue's messages.
CREATE INDEX dead_letters_unhandled ON dead_letters (queue, message ->> 'at') WHERE replayed_at IS NULL;
CREATE INDEX dead_letters_by_time ON dead_letters (died_at, id);
CREATE INDEX dead_letters_replayed ON dead_letters (replayed_at) WHERE replayed_at IS NOT NULL;

-- Runs of jobs. A step writes its outcome only while `step` still is the number of steps done before it.
CREATE TABLE job_runs (
  id TEXT PRIMARY KEY,
  job TEXT NOT NULL,
  -- Runs of one job and key never overlap.
  key TEXT NOT NULL,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'cancelled')),
  step INTEGER NOT NULL DEFAULT 0,
  -- Where the next step continues; null before the first.
  cursor TEXT CHECK (json_valid(cursor)),
  progress TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(progress)),
  -- Attempts of the next step, and why the last one failed.
  attempts INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  -- When the sweep sends the next step.
  due_at INTEGER CHECK ((due_at IS NOT NULL) = (status = 'running')),
  -- It was requested while it was running: it begins again when it is done.
  again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
  -- What the step that used the most has used.
  most_queries INTEGER NOT NULL DEFAULT 0,
  most_object_calls INTEGER NOT NULL DEFAULT 0,
  begun_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
-- One run of a job and key at a time; how many of a job are running.
CREATE UNIQUE INDEX job_runs_running ON job_runs (job, key) WHERE status = 'running';
-- Sweep: steps to send.
CREATE INDEX job_runs_due ON job_runs (due_at) WHERE due_at IS NOT NULL;
-- Lists, of all jobs and of one, newest first; retention.
CREATE INDEX job_runs_by_time ON job_runs (begun_at, id);
CREATE INDEX job_runs_by_job ON job_runs (job, begun_at, id);
-- Nightly close: runs that failed.
CREATE INDEX job_runs_failed ON job_runs (ended_at) WHERE status = 'failed';

-- Always empty: orders databases have a table of this name, and statements on the journal run in both kinds of databases.
CREATE TABLE closed_buckets (
  -- The ids of the bucket: from_id is one of them, before_id is not.
  from_id TEXT PRIMARY KEY,
  before_id TEXT NOT NULL CHECK (before_id > from_id),
  takes_writes INTEGER NOT NULL CHECK (takes_writes IN (0, 1)),
  is_here INTEGER NOT NULL CHECK (is_here IN (0, 1)),
  CHECK (takes_writes = 0 OR is_here = 0)
) STRICT, WITHOUT ROWID;

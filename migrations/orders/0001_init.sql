-- An orders database: everything of the orders whose buckets it has. docs/storage.md lists who reads and writes each
-- table. No statement joins it with another database.
--
-- Times (`…_at`) are epoch milliseconds, days (`…_on`) are local dates, YYYY-MM-DD; amounts (`…_minor`) are
-- integers in the currency's minor unit. Every index costs a written row: each names the query that reads it.

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
  -- When its customer's data was erased.
  erased_at INTEGER,
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
  -- Since when its other rows, except those of the journal, are in the archive; null if they are here. And when they were
  -- last brought back.
  archived_at INTEGER CHECK (archived_at IS NULL OR status IN ('cancelled', 'closed')),
  restored_at INTEGER,
  CHECK ((status = 'on_hold') = (json_array_length(holds) > 0) OR status IN ('cancelled', 'closed'))
) STRICT, WITHOUT ROWID;
-- Nightly close: orders in progress.
CREATE INDEX orders_live ON orders (status, placed_at, id) WHERE status IN ('open', 'on_hold');
-- Nightly close: orders that owe a refund, cancelled ones among them.
CREATE INDEX orders_owing ON orders (placed_at, id) WHERE refund_payable_minor > 0;
-- An order by its channel and number, without the directory.
CREATE INDEX orders_by_number ON orders (channel_id, number);

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
  -- Of what has changed since the line was placed, the first values: the event that placed it does not have them.
  placed_as TEXT CHECK (json_valid(placed_as)),
  PRIMARY KEY (order_id, id),
  CHECK (ordered = unsourced + backordered + allocated + shipped + cancelled)
) STRICT, WITHOUT ROWID;
-- The queue of lines that wait for a SKU, in the order in which stock serves them.
CREATE INDEX order_lines_waiting ON order_lines (sku, placed_at, id, backordered) WHERE backordered > 0;
-- Hourly job: promises to check again.
CREATE INDEX order_lines_recheck ON order_lines (recheck_on) WHERE recheck_on IS NOT NULL;

-- History, optimistic lock and audit trail: one row for each commit. Two writers of one version cannot both commit.
CREATE TABLE order_events (
  order_id TEXT NOT NULL REFERENCES orders (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  -- The attempt that wrote it: a writer whose reply was lost recognises its own row.
  attempt TEXT NOT NULL,
  -- As src/orders/storage/event-codec writes them.
  events TEXT NOT NULL CHECK (json_valid(events) AND json_array_length(events) > 1),
  -- The day of the commit's journal entry; null if it moves no money. With it the entry's key is known.
  entry_on TEXT,
  -- The stock that its sourcing decisions were made from; null once it is old. Replays of past days need it.
  supply TEXT CHECK (json_valid(supply)),
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
-- A location's work list, what to replan when a location closes, and the sweep, which asks each location for what is due:
-- due_at, which is null or release_at, is in the index only so that nothing else is read.
CREATE INDEX fulfillments_by_location ON fulfillments (location_id, status, release_at, order_id, id, due_at);
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

-- A row is an entry; its postings are JSON, {currency: {account: amount}}, debits positive. The primary key
-- keeps the entries of a day together. Entries of stock movements have no order and are in the primary database.
CREATE TABLE journal_entries (
  posted_on TEXT NOT NULL CHECK (posted_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  -- `ord_…/version` of the commit.
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

-- Queue messages, written in the batch that causes them. A row has those of one commit, and stays until all were
-- handled; a handled one becomes null. A row is sent again if that takes too long. A consumer knows a message by the row's
-- id and its place. No index by time: few rows wait, and an index would be written with every commit.
CREATE TABLE outbox (
  -- Begins with the order's id and a slash.
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  messages TEXT NOT NULL CHECK (json_array_length(messages) > 0)
) STRICT, WITHOUT ROWID;

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

-- How many events of a SKU's stock were applied to a line: they are numbered, and applied in their sequence, each once.
CREATE TABLE applied_stock_events (
  order_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  -- How often the SKU's history had been folded: the events are numbered anew then.
  generation INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1),
  PRIMARY KEY (order_id, line_id, sku, generation)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER stock_event_is_next BEFORE UPDATE ON applied_stock_events
WHEN NEW.number <> OLD.number + 1
BEGIN
  SELECT RAISE(ABORT, 'stock_event_applied');
END;

-- Notifications to customers, with their status. Their text is not stored: it is made of the facts by the version of the
-- template, whenever it is read (src/notifications/domain/templates). The key is what a notification is about. No index of
-- pending ones: the queue message of each is in the outbox, or is a dead letter.
CREATE TABLE notifications (
  order_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('order_received', 'order_backordered', 'order_shipped', 'order_delivered', 'order_cancelled')),
  -- Empty for the kinds that are not about a shipment.
  shipment_id TEXT NOT NULL,
  language TEXT NOT NULL,
  template INTEGER NOT NULL CHECK (template >= 1),
  -- As src/notifications/domain/notification-facts.ts lists them.
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  recipient TEXT,
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'skipped', 'held')),
  attempts INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  provider TEXT,
  provider_id TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  -- 1 outside of production, where the mail preview shows it; null in production.
  previewed INTEGER CHECK (previewed = 1),
  PRIMARY KEY (order_id, kind, shipment_id)
) STRICT, WITHOUT ROWID;
-- Nightly close: those that may have been sent before a restore, mostly none.
CREATE INDEX notifications_held ON notifications (created_at) WHERE status = 'held';
-- The mail preview, newest first. In production no row is in it, so that it costs nothing there.
CREATE INDEX notifications_previewed ON notifications (created_at, order_id, kind, shipment_id) WHERE previewed = 1;

-- A row for each attempt to buy a label for a parcel, with the parcel's tracking. Written before the carrier is asked. The id
-- of the parcel is that of the shipment that it becomes.
CREATE TABLE labels (
  order_id TEXT NOT NULL,
  shipment_id TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  fulfillment_id TEXT NOT NULL,
  -- A writer that has read another version changes nothing.
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('buying', 'bought', 'used', 'voiding', 'voided', 'rejected')),
  -- The name of a carrier adapter; src/shipping/carriers.ts lists them.
  carrier TEXT NOT NULL,
  -- The carrier's id of the purchase, known before the label is bought.
  handle TEXT NOT NULL,
  -- Addresses, parcel and references, as the carrier was asked.
  request TEXT NOT NULL CHECK (json_valid(request)),
  rate TEXT NOT NULL CHECK (json_valid(rate)),
  tracking_number TEXT,
  tracking_url TEXT,
  problem TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  bought_at INTEGER,
  used_at INTEGER,
  -- The parcel's status and scans.
  tracking TEXT NOT NULL CHECK (json_valid(tracking)),
  -- What a person must decide.
  attention TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(attention)),
  -- When the sweep settles it, or the carrier is asked for the parcel; null if nothing is left to do.
  due_at INTEGER,
  PRIMARY KEY (order_id, shipment_id, attempt),
  CHECK (state NOT IN ('bought', 'used') OR tracking_number IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- A parcel by its id, without its order's.
CREATE INDEX labels_by_shipment ON labels (shipment_id);
-- Callbacks of carriers.
CREATE INDEX labels_by_tracking ON labels (tracking_number) WHERE tracking_number IS NOT NULL;
-- Sweep: purchases and voids to settle, labels that nobody used.
CREATE INDEX labels_due ON labels (due_at) WHERE due_at IS NOT NULL AND state <> 'used';
-- Hourly job: parcels under way.
CREATE INDEX labels_tracked ON labels (due_at) WHERE due_at IS NOT NULL AND state = 'used';
-- Nightly close, and the list for staff.
CREATE INDEX labels_held ON labels (created_at, shipment_id) WHERE attention <> '[]';
-- A parcel has one label at most that is being bought, bought or used.
CREATE TRIGGER label_exists BEFORE INSERT ON labels
WHEN NEW.state IN ('buying', 'bought', 'used') AND EXISTS (
  SELECT 1 FROM labels WHERE order_id = NEW.order_id AND shipment_id = NEW.shipment_id
    AND attempt <> NEW.attempt AND state IN ('buying', 'bought', 'used')
) AND NOT EXISTS (
  -- Copies of a move may be of different moments, until they are compared.
  SELECT 1 FROM closed_buckets WHERE is_here = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'label_exists');
END;
CREATE TRIGGER label_step BEFORE UPDATE OF state ON labels
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (
  'buying>bought', 'buying>rejected', 'buying>voided', 'bought>used', 'bought>voiding', 'bought>voided',
  'voiding>voided', 'voiding>bought', 'rejected>voiding'
)
BEGIN
  SELECT RAISE(ABORT, 'label_step_invalid');
END;

-- Callbacks that were applied to an order, each once.
CREATE TABLE inbox (
  order_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'stale')),
  problem TEXT,
  PRIMARY KEY (order_id, event_id)
) STRICT, WITHOUT ROWID;

-- Callers' keys of requests that changed an order, written in its batch.
CREATE TABLE idempotency_keys (
  -- The API key's id and the caller's Idempotency-Key.
  key TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  order_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  response TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Nightly clean-up: keys that no caller repeats any more, oldest first.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Buckets that are not this database's, or of which it takes no writes: they are being moved, or were. Empty as long as
-- there is one orders database.
CREATE TABLE closed_buckets (
  -- The ids of the bucket: from_id is one of them, before_id is not.
  from_id TEXT PRIMARY KEY,
  before_id TEXT NOT NULL CHECK (before_id > from_id),
  takes_writes INTEGER NOT NULL CHECK (takes_writes IN (0, 1)),
  is_here INTEGER NOT NULL CHECK (is_here IN (0, 1)),
  CHECK (takes_writes = 0 OR is_here = 0)
) STRICT, WITHOUT ROWID;

-- Restores of this database to an earlier time. A recovery writes a row before it does anything else.
CREATE TABLE restores (
  -- When the recovery began: what happened between `since` and `until` may have been done, and is lost.
  until INTEGER PRIMARY KEY,
  -- The time to which the database was restored.
  since INTEGER NOT NULL CHECK (since <= until),
  -- 0 while the recovery has not compared the orders with what is outside of this database: only it may change them.
  takes_commits INTEGER NOT NULL CHECK (takes_commits IN (0, 1))
) STRICT;
CREATE TRIGGER order_event_during_recovery BEFORE INSERT ON order_events
WHEN NEW.actor <> 'recovery' AND EXISTS (SELECT 1 FROM restores WHERE takes_commits = 0)
  -- Rows of an archived order that is read are put back.
  AND NOT EXISTS (
    SELECT 1 FROM orders WHERE id = NEW.order_id AND version >= NEW.version AND restored_at IS NOT NULL
  )
BEGIN
  SELECT RAISE(ABORT, 'database_restored');
END;

-- An isolate that has not yet read where a bucket is now writes nothing to its old place. Each commit of an order writes
-- an event; the other triggers are for writes outside of a commit.
CREATE TRIGGER order_event_of_closed_bucket BEFORE INSERT ON order_events
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
-- Of rows that are moved, none is archived.
CREATE TRIGGER archived_order_of_closed_bucket BEFORE UPDATE OF archived_at ON orders
WHEN NEW.archived_at IS NOT OLD.archived_at AND EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.id >= from_id AND NEW.id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
-- A writer that has read the order before it was archived reads it again.
CREATE TRIGGER order_is_archived BEFORE INSERT ON order_events
WHEN (SELECT archived_at FROM orders WHERE id = NEW.order_id) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'order_archived');
END;
CREATE TRIGGER outbox_of_closed_bucket BEFORE INSERT ON outbox
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.id >= from_id AND NEW.id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
CREATE TRIGGER notification_of_closed_bucket BEFORE INSERT ON notifications
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
CREATE TRIGGER notification_change_of_closed_bucket BEFORE UPDATE ON notifications
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
CREATE TRIGGER deletion_of_closed_bucket BEFORE INSERT ON deleted_orders
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
CREATE TRIGGER callback_of_closed_bucket BEFORE INSERT ON inbox
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
CREATE TRIGGER label_of_closed_bucket BEFORE INSERT ON labels
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;
CREATE TRIGGER label_change_of_closed_bucket BEFORE UPDATE ON labels
WHEN EXISTS (
  SELECT 1 FROM closed_buckets WHERE takes_writes = 0 AND NEW.order_id >= from_id AND NEW.order_id < before_id
)
BEGIN
  SELECT RAISE(ABORT, 'bucket_closed');
END;

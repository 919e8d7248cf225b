-- What is to be sent stays until its consumer is done with it, and is sent again when that takes too long. The
-- consumer knows a row by its id; when it is due again changes.
CREATE TABLE outbox_until_done (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL CHECK (json_valid(message))
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_until_done (id, created_at, due_at, attempts, message)
  SELECT id, due_at, due_at, attempts, message FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_until_done RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (due_at, id);
-- For the night: what has been sent again and again and is still there.
CREATE INDEX outbox_late ON outbox (created_at) WHERE attempts > 1;

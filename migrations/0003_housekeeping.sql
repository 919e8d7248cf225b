-- Keys are forgotten once no caller repeats its request any more, the oldest first.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Callbacks that could not be read: what staff has dealt with is no longer an exception.
ALTER TABLE inbox ADD COLUMN resolved_at INTEGER;
ALTER TABLE inbox ADD COLUMN resolved_by TEXT;
ALTER TABLE inbox ADD COLUMN resolution TEXT;
CREATE INDEX inbox_open ON inbox (received_at, channel_id, event_id)
  WHERE outcome = 'rejected' AND resolved_at IS NULL;
CREATE INDEX inbox_resolved ON inbox (resolved_at) WHERE resolved_at IS NOT NULL AND body IS NOT NULL;

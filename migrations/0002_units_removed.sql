-- Of a line's cancelled units, those that an edit at the storefront took off: the storefront counts without
-- them, so that a later edit can tell units put on again from units that staff cancelled.
ALTER TABLE order_lines ADD COLUMN removed INTEGER NOT NULL DEFAULT 0 CHECK (removed >= 0 AND removed <= cancelled);

-- Units that an edit added to a line had its external id with "+" and a count behind it. They have the very
-- same external id now, as a storefront's own ids may hold a "+" too.
UPDATE order_lines AS added
SET external_id = sold.external_id
FROM order_lines AS sold
WHERE added.external_id GLOB '*+[0-9]*'
  AND sold.order_id = added.order_id
  AND substr(added.external_id, 1, length(sold.external_id) + 1) = sold.external_id || '+';

-- The reasons that staff have let go of, so that the storefront's next state does not hold the order for them again.
ALTER TABLE orders ADD COLUMN released_holds TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(released_holds));

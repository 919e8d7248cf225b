-- Nothing takes feeds in yet: what keeps them comes with what reads them.
DROP TABLE stock_feed_pieces;
DROP TABLE stock_feeds;

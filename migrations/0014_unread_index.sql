-- Nothing looks a parcel up by its tracking number, and every parcel wrote a row for it.
DROP INDEX shipments_by_tracking;

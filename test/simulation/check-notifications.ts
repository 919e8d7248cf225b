/** Messages: what customers were eventCount, and how often. */
import { broken, eventsOf, num, type Row, type Stored } from "./stored-state";

/** G6: what the customer is to be told was eventCount, and once; and what is called sent did reach the provider. */
export function toldOnce({ notifications, emails, shipments, orders, commits }: Stored): string[] {
  const sent = notifications.flatMap(({ id, status }) => {
    const times = emails.filter(({ key }) => key === id).length;
    return [
      ...broken(status !== "sent" || times > 0, `G6 message ${id} is called sent and never reached anybody`),
      ...broken(status !== "skipped" || times === 0, `G6 message ${id} was skipped, and sent`),
      ...broken(times <= 1, `G6 message ${id} reached the customer ${times} times`),
    ];
  });
  const known = new Set(notifications.map(({ id }) => id));
  const stray = emails.flatMap(({ key, subject }) =>
    broken(known.has(key), `G6 the customer was told "${subject}" by a message ${key} that nobody knows`),
  );
  const parcelsOf = Map.groupBy(shipments, ({ order_id }) => order_id);
  const ofKind = Map.groupBy(notifications, ({ order_id, kind }) => `${order_id} ${kind}`);
  const doubled = [...ofKind].flatMap(([what, rows]) => {
    const { kind, order_id } = rows[0]!;
    const ofParcel = kind === "order_shipped" || kind === "order_delivered";
    const most = ofParcel ? (parcelsOf.get(order_id)?.length ?? 0) : 1;
    return broken(rows.length <= most, `G6 ${what}: ${rows.length} messages where ${most} may be`);
  });
  const has = (id: Row[string] | undefined, kind: string): number => ofKind.get(`${id} ${kind}`)?.length ?? 0;
  const unreported = orders.flatMap(({ id, status }) => {
    // Of an order that came in cancelled, its customer was told by the storefront.
    const cancelledSince = commits.some(
      ({ order_id, version, events }) =>
        order_id === id &&
        num(version) > 1 &&
        eventsOf(events).some(({ type }) => type === "units.cancelled"),
    );
    if (status === "cancelled" && !cancelledSince) return [];
    const parcels = parcelsOf.get(id) ?? [];
    const delivered = parcels.filter(({ delivered_at }) => delivered_at !== null).length;
    return [
      ...broken(has(id, "order_received") === 1, `G6 ${id}: nobody was told that it was received`),
      ...broken(has(id, "order_shipped") === parcels.length, `G6 ${id}: a parcel that nobody was told of`),
      ...broken(has(id, "order_delivered") === delivered, `G6 ${id}: a delivery that nobody was told of`),
      ...broken(
        status !== "cancelled" || has(id, "order_cancelled") === 1,
        `G6 ${id}: cancelled, and nobody was told`,
      ),
    ];
  });
  return [...sent, ...stray, ...doubled, ...unreported];
}

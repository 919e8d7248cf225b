/** Notifications: which ones customers got, and how often. */
import { renderComposed, type ComposedNotification } from "../../src/notifications/domain/notification-text";
import { type Email, unless, eventsOf, num, type Row, type StoredState } from "./stored-state";

/** Whether the stored notification is, when it is read, what was sent. The link is made anew each time. */
function readsAs({ kind, facts, language, template }: Row, email: Email): boolean {
  const stored = {
    kind,
    facts: JSON.parse(String(facts)) as unknown,
    template: { language: String(language), version: num(template) },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- As the program stores it.
  const text = renderComposed(stored as ComposedNotification, "the link");
  return (
    text?.subject === email.subject && text.text === email.text?.replace(/https?:\S+\/s\/\S+/, "the link")
  );
}

/** G6: each notification is sent once, none is missing, and every sent one reached the mail provider. */
export function notifiedOnce({
  notifications: stored,
  emails,
  shipments,
  orders,
  commits,
  restoredAt,
}: StoredState): string[] {
  /** Sent by a commit that was lost afterwards. */
  const isLost = (key: unknown) => emails.every((email) => email.key !== key || email.at < restoredAt);
  // Of a shipment that the database has lost: a person has skipped it.
  const isOfLost = ({ status, shipment_id, order_id }: Row) =>
    restoredAt > 0 &&
    status === "skipped" &&
    shipment_id !== null &&
    shipment_id !== "" &&
    !shipments.some((shipment) => shipment.order_id === order_id && shipment.id === shipment_id);
  const notifications = stored.filter((each) => !isOfLost(each));
  const sent = notifications.flatMap((notification) => {
    const { id, status } = notification;
    const times = emails.filter(({ key }) => key === id).length;
    return [
      ...unless(
        status !== "sent" || times > 0,
        `G6 notification ${id} is stored as sent but was not emailed`,
      ),
      ...unless(
        status !== "skipped" || times === 0 || isLost(id),
        `G6 notification ${id} is stored as skipped but was emailed`,
      ),
      ...unless(times <= 1, `G6 notification ${id} was emailed ${times} times`),
      ...emails
        .filter(({ key, text, at }) => key === id && text !== null && at >= restoredAt)
        .flatMap((email) =>
          unless(readsAs(notification, email), `G6 notification ${id} does not read as it was emailed`),
        ),
    ];
  });
  const known = new Set(notifications.map(({ id }) => id));
  const unknown = emails.flatMap(({ key, subject }) =>
    unless(known.has(key) || isLost(key), `G6 the email "${subject}" has the key ${key} of no notification`),
  );
  const shipmentsOf = Map.groupBy(shipments, ({ order_id }) => order_id);
  const ofKind = Map.groupBy(notifications, ({ order_id, kind }) => `${order_id} ${kind}`);
  const duplicates = [...ofKind].flatMap(([what, rows]) => {
    const { kind, order_id } = rows[0]!;
    const isOfShipment = kind === "order_shipped" || kind === "order_delivered";
    const max = isOfShipment ? (shipmentsOf.get(order_id)?.length ?? 0) : 1;
    return unless(rows.length <= max, `G6 ${what}: ${rows.length} notifications, at most ${max} expected`);
  });
  const has = (id: Row[string] | undefined, kind: string): number => ofKind.get(`${id} ${kind}`)?.length ?? 0;
  const missing = orders.flatMap(({ id, status }) => {
    // The storefront notifies the customer of an order that was cancelled before we created it.
    const cancelledLater = commits.some(
      ({ order_id, version, events }) =>
        order_id === id &&
        num(version) > 1 &&
        eventsOf(events).some(({ type }) => type === "units.cancelled"),
    );
    if (status === "cancelled" && !cancelledLater) return [];
    const ofOrder = shipmentsOf.get(id) ?? [];
    const delivered = ofOrder.filter(({ delivered_at }) => delivered_at !== null).length;
    return [
      ...unless(has(id, "order_received") === 1, `G6 ${id}: no notification that it was received`),
      ...unless(has(id, "order_shipped") === ofOrder.length, `G6 ${id}: a shipment without a notification`),
      ...unless(has(id, "order_delivered") === delivered, `G6 ${id}: a delivery without a notification`),
      ...unless(
        status !== "cancelled" || has(id, "order_cancelled") === 1,
        `G6 ${id}: cancelled without a notification`,
      ),
    ];
  });
  return [...sent, ...unknown, ...duplicates, ...missing];
}

/**
 * What the storefront has sent last is so here, or the order is held and the hold names the difference. The expected
 * values come from the simulated storefront, not from the comparison that the code makes.
 */
import { totalOf, type TrafficLine, type TrafficOrder } from "../support/storefront-traffic";
import { num, sum, unless, type Row, type StoredState } from "./stored-state";

/** The last state of an order at the storefront, and the id of our order. */
export type StorefrontOrder = Readonly<{ orderId: string; there: TrafficOrder; isDeleted: boolean }>;

/** A value that differs, and the words by which a hold names it; null if it must never differ. */
type Differing = Readonly<{ what: string; there: unknown; here: unknown; named: RegExp | null }>;

export function agreesWithStorefront({ orders, lines, storefront }: StoredState): string[] {
  return storefront.flatMap(({ orderId, there, isDeleted }) => {
    const order = orders.find(({ id }) => id === orderId);
    if (!order) return [];
    const own = lines.filter((line) => line.order_id === orderId);
    const ended = there.cancelledAt !== undefined || there.isTest === true || isDeleted;
    const differing = [
      ...(isDeleted ? [] : money(order, there)),
      ...(ended ? endedUnits(own) : there.lines.flatMap((line, i) => unitsOf(own, line, there, i === 0))),
      ...(isDeleted ? [] : details(order, there)),
    ];
    const held = holdOf(order);
    return differing.flatMap(({ what, there: wanted, here, named }) =>
      unless(
        named !== null && named.test(held),
        `storefront ${orderId}: ${what} is ${String(wanted)} there, ${String(here)} here, and no hold names it: ${held}`,
      ),
    );
  });
}

const holdOf = (order: Row): string =>
  (JSON.parse(String(order.holds)) as { code: string; detail: string }[])
    .filter(({ code }) => code === "differs_from_storefront")
    .map(({ detail }) => detail)
    .join();

const unequal = (what: string, there: unknown, here: unknown, named: RegExp | null): Differing[] =>
  there === here ? [] : [{ what, there, here, named }];

function money(order: Row, there: TrafficOrder): Differing[] {
  const isPaid = (there.status ?? "paid") === "paid";
  const refunded = sum((there.refunds ?? []).map(({ amountMinor }) => amountMinor));
  return [
    ...unequal("the total", totalOf(there), order.total_minor, /^Total: /m),
    ...unequal("what is captured", isPaid ? totalOf(there) : 0, order.captured_minor, null),
    ...unequal("what is refunded", refunded, order.refunded_minor, null),
  ];
}

function details(order: Row, there: TrafficOrder): Differing[] {
  const { city } = JSON.parse(String(order.shipping_address)) as { city: string };
  return [
    ...unequal("a test", there.isTest ?? false, order.is_test === 1, /^Test order: /m),
    ...unequal("the email", there.email, order.email, null),
    ...unequal("the city", there.address?.city, city, /^shippingAddress: /m),
  ];
}

/** Nothing is planned or waits. What a location prepares is held until it gives it back. */
const endedUnits = (lines: readonly Row[]): Differing[] =>
  lines.flatMap((line) =>
    unequal(
      `${line.title}: units to send`,
      0,
      num(line.unsourced) + num(line.backordered) + num(line.allocated),
      /being prepared/,
    ),
  );

/** A count of units that differs, or refunded units that a location has not given back yet. */
const UNITS_NAMED = /units at the storefront|are refunded, and a location is preparing them/;

/** Units that staff cancelled are gone here only. */
function unitsOf(own: readonly Row[], line: TrafficLine, there: TrafficOrder, isFirst: boolean): Differing[] {
  const ours = own.filter(({ external_id }) => external_id === String(line.id));
  const total = (columns: readonly string[]) =>
    sum(ours.flatMap((each) => columns.map((name) => each[name])));
  const refunded = sum(
    (there.refunds ?? []).flatMap((refund) =>
      refund.lines.filter(({ lineId }) => lineId === line.id).map(({ quantity }) => quantity),
    ),
  );
  const left = line.quantity - (line.removed ?? 0) - refunded;
  const here = total(["ordered"]) - total(["cancelled"]) - total(["returned"]);
  const byStaff = total(["cancelled"]) - total(["removed"]);
  const units = here > left || left > here + byStaff;
  const open = ours.filter((each) => num(each.unsourced) + num(each.backordered) + num(each.allocated) > 0);
  const sent = isFirst ? (there.sentThere ?? 0) : 0;
  return [
    ...(units ? [{ what: `${line.title}: units left`, there: left, here, named: UNITS_NAMED }] : []),
    ...open.flatMap((each) =>
      unequal(`${line.title}: the SKU`, line.sku, each.storefront_sku, /\(physical\)/),
    ),
    ...unequal(
      `${line.title}: units that were sent by the storefront`,
      true,
      sent <= total(["shipped"]),
      /are fulfilled at the storefront/,
    ),
  ];
}

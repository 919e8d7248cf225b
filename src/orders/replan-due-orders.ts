/**
 * Orders to be sourced again, worked off a batch at a time. Where a location sends nothing (any more, or today)
 * its planned fulfillments become due first. What is under way is looked at again after a pause; nothing is
 * ever given up.
 */
import type { OrdersContext } from "./context";
import { dayAt, goneUntil, standingOf } from "./domain/fulfillments/location-days";
import type { CatalogChange } from "../catalog/context";
import type { OrderId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import type { Movement } from "../inventory/domain/stock";
import {
  dueReplans,
  forgetDue,
  markForArrival,
  markPlannedAt,
  markStatement,
  markWaiting,
  postponeDue,
  type DueReplan,
  type Waiting,
} from "./storage/replans";
import { replanOrder } from "./replan-order";

const BATCH = 50;
const MARKED_AT_ONCE = 200;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** Of one database. Answers how many were looked at. */
export async function replanDueOrders(context: OrdersContext, db: D1Database): Promise<number> {
  const due = await dueReplans(db, context.now(), BATCH);
  for (const each of due) await lookAt(context, db, each);
  return due.length;
}

async function lookAt(context: OrdersContext, db: D1Database, due: DueReplan): Promise<void> {
  try {
    if ((await replanOrder(context, due)) === "done") return await forgetDue(db, due);
  } catch (error) {
    const message = "an order could not be sourced again, and is looked at later";
    console.error(logLine("error", message, { orderId: due.orderId, error }));
  }
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** due.attempts, LONGEST_PAUSE_MS);
  await postponeDue(db, due, context.now() + pause);
}

/** Of a location that sends nothing today, what was to leave today; or soon, where it sends nothing any more. */
export async function markClosedLocations(context: OrdersContext): Promise<void> {
  const { locations } = await context.reference();
  const now = context.now();
  const closed = [...locations.values()].flatMap((location) => {
    const standing = standingOf(location, now);
    if (standing === "sends") return [];
    const until = standing === "gone" ? goneUntil(location, now) : dayAt(location, now).end;
    return [{ locationId: location.id, until }];
  });
  if (closed.length === 0) return;
  for (const db of context.databases.allOrders) {
    await markPlannedAt(db, closed, { now, limit: MARKED_AT_ONCE });
  }
}

/** Order and stock have spoken at once: they are compared when nothing is under way between them. */
export const markForRepair = async (context: OrdersContext, orderId: OrderId): Promise<void> =>
  void (await markStatement(context.databases.orders(orderId), orderId, "needs_repair", context.now()).run());

const PAGE = 500;
const START: Waiting = { sku: "", placedAt: 0, id: "" };

/** Whoever waits for stock may have to be told of other locations that have it: so many pages of them. */
export async function markWaitingOrders(context: OrdersContext, pages: number): Promise<void> {
  for (const db of context.databases.allOrders) {
    let after: Waiting | null = START;
    for (let page = 0; page < pages && after !== null; page += 1) {
      after = await markWaiting(db, { after, now: context.now(), limit: PAGE });
    }
  }
}

const MAX_AT_AN_ARRIVAL = 50;

/** Units that came to a location may save a parcel of an order that ships from there, or serve one that waits. */
export async function replanForArrival(
  context: OrdersContext,
  sku: string,
  movement: Movement,
): Promise<void> {
  const { locationId, quantity } = movement;
  if (locationId === null || quantity <= 0) return;
  const arrival = { locationId, sku, now: context.now(), limit: MAX_AT_AN_ARRIVAL };
  for (const db of context.databases.allOrders) await markForArrival(db, arrival);
}

/** A location that sends nothing gives up what is planned there; one that sends again may serve lines that wait. */
export async function replanAfterLocationChange(
  context: OrdersContext,
  change: CatalogChange,
): Promise<void> {
  if (change.type !== "location") return;
  const sends = standingOf(change.location, context.now()) === "sends";
  await (sends ? markWaitingOrders(context, 1) : markClosedLocations(context));
}

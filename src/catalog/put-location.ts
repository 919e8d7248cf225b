/**
 * Writing a location: the whole of it, new or not. What is planned at one that sends nothing (any more, or today)
 * is sourced again; so is what waits for stock, where one sends again.
 */
import type { Context } from "../platform/context";
import { standingOf } from "../orders/domain/fulfillments/location-days";
import { logLine } from "../kernel/log-line";
import type { Location } from "./domain/reference";
import { putLocation as writeLocation } from "./storage/locations";
import { forgetReference } from "./storage/reference";
import { requestChannelStockRefresh } from "../channels/compare-channel-stock";
import { markClosedLocations, markWaitingOrders } from "../orders/replan-due-orders";

/** True where the location is new. */
export async function putLocation(context: Context, location: Location): Promise<boolean> {
  const created = await writeLocation(context.databases.primary, location, context.now());
  forgetReference();
  await requestChannelStockRefresh(context);
  await markAffected(context, location).catch((error: unknown) => {
    // The sweep and the night mark them, too.
    console.error(logLine("error", "orders of a changed location are sourced again later", { error }));
  });
  return created;
}

async function markAffected(context: Context, location: Location): Promise<void> {
  const sends = standingOf(location, context.now()) === "sends";
  await (sends ? markWaitingOrders(context, 1) : markClosedLocations(context));
}

/**
 * Every minute: whatever should have gone by now and did not. Outbox rows that nobody has done,
 * fulfillments whose grace period is over, orders to be sourced again, SKUs whose object was not told, storefronts
 * that were not told what they may sell, simulations that stand still, reservations long gone.
 */
import type { Context } from "../../context";
import { dueFulfillments } from "../../storage/fulfillments/fulfillments";
import { dueOutboxRows, postponeOutboxRows } from "../../storage/operations/outbox";
import { deleteExpiredReservations } from "../../storage/stock/reservations";
import { refreshIfAsked } from "../channels/compare-channel-stock";
import { describeSkus } from "../stock/describe-skus";
import { pushChannelStock } from "../channels/push-channel-stock";
import { resumeSimulations } from "../sourcing/simulate-sourcing";
import { resourceDueOrders } from "../sourcing/resource-due";
import { sendOutbox } from "./send-outbox";

const DAY = 86_400_000;
/** Bounded, so that a run ends well within a cron's time; what is left waits a minute. */
const BATCH = 500;

export type Swept = Readonly<{
  outbox: number;
  fulfillments: number;
  resourced: number;
  skus: number;
  channelStock: number;
}>;

export async function sweep(context: Context): Promise<Swept> {
  const { databases, now } = context;
  let outbox = 0;
  let fulfillments = 0;
  for (const db of databases.allOrders) {
    const sent = await sendOutbox(context, await dueOutboxRows(db, now(), BATCH));
    if (sent.length > 0) await postponeOutboxRows(db, sent, now());
    outbox += sent.length;
    for (const { orderId, id: fulfillmentId } of await dueFulfillments(db, now(), BATCH)) {
      await context.send({ type: "fulfillment.release.v1", orderId, fulfillmentId });
      fulfillments += 1;
    }
  }
  await resumeSimulations(context);
  const resourced = await resourceDueOrders(context);
  const skus = await describeSkus(context);
  await deleteExpiredReservations(databases.primary, now() - DAY);
  await refreshIfAsked(context);
  const channelStock = await pushChannelStock(context);
  return { outbox, fulfillments, resourced, skus, channelStock };
}

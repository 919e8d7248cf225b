/**
 * Orders: one order with its lines, payments, fulfillments and promises, changed only by a commit of events. A change
 * that the order's state does not allow is rejected; two changes of one version never both commit.
 * Tables: orders, order_lines, order_events, fulfillments, shipments, replans, applied_stock_events, deleted_orders.
 * Queue messages: order.create and fulfillment.release; it also consumes inventory's stock.effect and stock.event.
 */
import type { Deadline } from "../platform/jobs/deadlines";
import { isHereSql } from "../platform/buckets/closed-buckets";
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { RetryLater } from "../platform/queues/retry-later";
import { stockEffect, stockEvent } from "../inventory/queue-messages";
import { applyStockEvent, isOfLostOrder } from "./apply-stock-event";
import type { OrdersContext } from "./context";
import { createQueuedOrder } from "./create-queued-order";
import { markBackorderedJob, markForRepair, markOrdersAtClosedLocations } from "./mark-for-replan";
import { registerArchive } from "./http/archive";
import { registerFulfillmentChanges } from "./http/fulfillment-changes";
import { registerFulfillments } from "./http/fulfillments";
import { registerOrderChanges } from "./http/order-changes";
import { registerOrderDecisions } from "./http/order-decisions";
import { registerOrders } from "./http/orders";
import { registerPlaceOrder } from "./http/place-order";
import { registerPromises } from "./http/promises";
import { registerSourcing } from "./http/sourcing";
import { fulfillmentRelease, orderCreate } from "./queue-messages";
import { refreshPromisesJob } from "./refresh-promises";
import { releaseFulfillment } from "./release-fulfillment";
import { replanDueOrders } from "./replan-due-orders";
import { requestDueReleases } from "./request-due-releases";
import { anyFulfillmentDueStatement, DUE_FULFILLMENTS } from "./storage/fulfillments";
import { forgetDeletions } from "./storage/deleted-orders";
import { anyReplanDueStatement } from "./storage/replans";

const DAY_MS = 86_400_000;

/** Deletes aged rows of every orders database. */
const inOrdersDatabases =
  (deleteRows: (db: D1Database, before: number, limit: number) => Promise<number>) =>
  async ({ databases }: OrdersContext, before: number, limit: number): Promise<number> => {
    const deleted = await Promise.all(databases.allOrders.map((db) => deleteRows(db, before, limit)));
    return deleted.reduce((sum, rows) => sum + rows, 0);
  };

const deadlines: readonly Deadline[] = [
  {
    what: "not released",
    of: "orders",
    within: "late",
    query: `SELECT f.id, f.release_at AS since, f.order_id AS detail ${DUE_FULFILLMENTS} BETWEEN ?1 AND ?2
      ORDER BY f.release_at LIMIT ?3`,
  },
  {
    what: "not replanned",
    of: "orders",
    within: "late",
    query: `SELECT order_id AS id, created_at AS since, reason AS detail FROM replans
      WHERE attempts > 1 AND created_at BETWEEN ?1 AND ?2 AND ${isHereSql("order_id")}
      ORDER BY created_at LIMIT ?3`,
  },
];

export const orders: Module<OrdersContext> = {
  routes: (app) => {
    registerPlaceOrder(app);
    registerOrders(app);
    registerArchive(app);
    registerOrderChanges(app);
    registerOrderDecisions(app);
    registerFulfillments(app);
    registerFulfillmentChanges(app);
    registerPromises(app);
    registerSourcing(app);
  },
  consumers: [
    consumer(orderCreate, {
      handler: (context: OrdersContext) => (message) => createQueuedOrder(context, message),
    }),
    consumer(fulfillmentRelease, {
      handler:
        (context: OrdersContext) =>
        async ({ orderId, fulfillmentId }) => {
          const released = await releaseFulfillment(context, orderId, fulfillmentId);
          // If it is held or not due, the sweep requests it again later.
          if (!released.ok && released.rejection.code === "version_conflict")
            throw new RetryLater(released.rejection);
        },
    }),
    consumer(stockEffect, {
      handler:
        (context: OrdersContext) =>
        async ({ sku, effect }) => {
          const applied = await context.inventory.applyEffect(sku, effect);
          if (!applied.ok) throw new RetryLater(applied.rejection);
          if (applied.value.needsRepair) await markForRepair(context, effect.orderId);
        },
    }),
    consumer(stockEvent, {
      handler:
        (context: OrdersContext) =>
        async ({ sku, event }) => {
          const applied = await applyStockEvent(context, sku, event);
          if (!applied.ok && (await isOfLostOrder(context, event, applied.rejection))) return;
          if (!applied.ok) throw new RetryLater(applied.rejection);
        },
      afterDone: async ({ inventory }, messages) => {
        const bySku = Map.groupBy(messages, ({ sku }) => sku);
        await Promise.all(
          [...bySku].map(([sku, ofSku]) =>
            inventory.forgetEvents(
              sku,
              ofSku.map(({ event }) => event.id),
            ),
          ),
        );
      },
    }),
  ],
  sweep: {
    before: [{ name: "closed locations", run: markOrdersAtClosedLocations }],
    tasks: [
      {
        name: "fulfillments",
        of: "orders",
        dueIf: (db, now) => [anyFulfillmentDueStatement(db, now)],
        run: requestDueReleases,
      },
      {
        name: "replans",
        of: "orders",
        dueIf: (db, now) => [anyReplanDueStatement(db, now)],
        run: replanDueOrders,
      },
    ],
  },
  jobs: [refreshPromisesJob, markBackorderedJob],
  retention: [
    {
      name: "deletedOrders",
      tables: ["orders.deleted_orders"],
      keptMs: 90 * DAY_MS,
      deleteBefore: inOrdersDatabases(forgetDeletions),
    },
  ],
  deadlines,
  movedTables: [
    { name: "orders", key: ["id"], orderId: "id", find: "range" },
    {
      name: "order_lines",
      key: ["order_id", "id"],
      orderId: "order_id",
      find: "range",
      openIf: "unsourced + backordered + allocated > 0",
    },
    { name: "order_events", key: ["order_id", "version"], orderId: "order_id", find: "range" },
    { name: "fulfillments", key: ["order_id", "id"], orderId: "order_id", find: "range" },
    { name: "shipments", key: ["order_id", "id"], orderId: "order_id", find: "range" },
    {
      name: "replans",
      key: ["order_id"],
      orderId: "order_id",
      find: "range",
      takesLateRows: true,
      openIf: "true",
    },
    {
      name: "applied_stock_events",
      key: ["order_id", "line_id", "sku", "generation"],
      orderId: "order_id",
      find: "range",
    },
    { name: "deleted_orders", key: ["order_id"], orderId: "order_id", find: "range" },
  ],
};

/**
 * The order directory: a projection of all orders in a database of its own, from which lists, searches and reports read.
 * Each commit of an order writes a message to the outbox; its consumer projects the order as it is then. The directory
 * lags behind the orders, says by how much, and decides nothing: commands read the orders themselves.
 * Table: listed_orders. Queue message: order.changed.
 */
import type { OrderConsequence, OrdersContext } from "../orders/context";
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { registerOrderList } from "./http/orders";
import { registerPromiseAccuracy } from "./http/promise-accuracy";
import { registerRebuilds } from "./http/rebuilds";
import { registerReports } from "./http/reports";
import { comparisonJob, rebuildJob } from "./compare-directory";
import { projectChangedOrders } from "./project-orders";
import { orderChanged } from "./queue-messages";

/** One message for each commit of an order. */
export const listInDirectory: OrderConsequence = (_events, { id, version }, at) => [
  orderChanged.message({ orderId: id, version, at }),
];

export const directory: Module<OrdersContext> = {
  routes: (app) => {
    registerOrderList(app);
    registerReports(app);
    registerPromiseAccuracy(app);
    registerRebuilds(app);
  },
  jobs: [comparisonJob, rebuildJob],
  consumers: [
    consumer(orderChanged, {
      handler: (context: OrdersContext) => (message) => projectChangedOrders(context, [message]),
      handleTogether: projectChangedOrders,
    }),
  ],
};

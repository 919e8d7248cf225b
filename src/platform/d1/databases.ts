/** The databases. Everything of one order is in one database, which is found by the order's id. */
import type { OrderId } from "../../kernel/ids";

export type Databases = Readonly<{
  /** Catalog, stock levels, API keys, job runs, entries of stock movements. */
  primary: D1Database;
  /** The database of an order. No SQL joins it with the primary. */
  orders: (orderId: OrderId) => D1Database;
  /** Every orders database once, for sweeps and lists. */
  allOrders: readonly D1Database[];
}>;

/** The only place that chooses a database for an order. One database holds everything today. */
export const databasesOf = ({ DB }: Readonly<{ DB: D1Database }>): Databases => ({
  primary: DB,
  orders: () => DB,
  allOrders: [DB],
});

/** The primary and all orders databases, each once. */
export const everyDatabase = ({
  primary,
  allOrders,
}: Pick<Databases, "primary" | "allOrders">): readonly D1Database[] => [...new Set([primary, ...allOrders])];

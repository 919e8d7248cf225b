/** Reads the orders databases of a world: of each order, the rows in the database where its bucket is. */
import { bucketOf } from "../../src/kernel/buckets";
import type { OrderId } from "../../src/kernel/ids";
import { ordersDatabases } from "../../src/platform/d1/databases";
import { bucketPlaces, FIRST_DATABASE } from "../../src/platform/d1/order-buckets";
import { platform } from "./platform";

/** Which orders database has the order, by its name. */
export async function readPlaceOf(): Promise<(orderId: OrderId) => string> {
  const { databases } = platform();
  if (ordersDatabases(databases).size === 1) return () => FIRST_DATABASE;
  const places = await bucketPlaces(databases.DB);
  return (orderId) => places.get(bucketOf(orderId))?.database ?? FIRST_DATABASE;
}

/** The rows that the statement selects in all orders databases. It selects `orderId` too. */
export async function rowsOfOrders<Row>(sql: string, ...values: readonly unknown[]): Promise<Row[]> {
  const placeOf = await readPlaceOf();
  const read = await Promise.all(
    [...ordersDatabases(platform().databases)].map(async ([name, database]) => {
      const { results } = await database
        .prepare(sql)
        .bind(...values)
        .all<Row & { orderId: OrderId }>();
      return results.filter(({ orderId }) => placeOf(orderId) === name);
    }),
  );
  return read.flat();
}

/** Reads the archive as a trace of orders: R2 was not restored with the databases, and a document has all of its order. */
import { bringBackArchived, documentsAfter, type ArchivedTable } from "../orders/orders";
import type { TraceReader } from "./trace-orders";

/** @param tables every table of an orders database. */
export const archiveTraces = (tables: readonly ArchivedTable[]): TraceReader => ({
  name: "archive",
  tracesAfter: ({ archive }, page) => documentsAfter(archive, page),
  bringBack: (context, orderId) => bringBackArchived(context, tables, orderId),
});

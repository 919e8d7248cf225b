/** Reads the order directory as a trace of orders: it is a database of its own, and was not restored with them. */
import { listedOrdersAfter } from "../directory/listed-orders";
import type { TraceReader } from "./trace-orders";

export const directoryTraces: TraceReader = {
  name: "directory",
  tracesAfter: ({ databases }, page) => listedOrdersAfter(databases.directory, page),
};

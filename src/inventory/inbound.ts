/** What other modules read of inbound, and how they mark that promises were updated from it. */
export {
  expectedInbound,
  expectedInboundStatement,
  inboundOf,
  markPromisesUpdated,
  nextSkuWithChangedInbound,
  uncountedReceipts,
  type InboundRow,
} from "./storage/inbound";

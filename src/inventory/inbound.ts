/** What is expected to arrive, as other modules read it, and their marks on it. */
export {
  expectedInbound,
  expectedInboundStatement,
  inboundOf,
  markPromisesUpdated,
  skusWithChangedInbound,
  type InboundRow,
} from "./storage/inbound";

/** What is expected to arrive, as other modules read it, and their marks on it. */
export {
  dueInbound,
  expectedInbound,
  expectedInboundStatement,
  inboundOf,
  markOverdue,
  markPromisesUpdated,
  skusWithChangedInbound,
  type InboundRow,
} from "./storage/inbound";

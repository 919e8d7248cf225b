/** Reads the event outbox: events that their consumer has not applied yet. */
import { compositeKey } from "../../kernel/ids";
import type { Holder } from "../domain/allocation-request";
import type { StockEvent } from "../domain/stock-messages";

export const countEvents = (sql: SqlStorage): number =>
  sql.exec<{ events: number }>("SELECT count(*) AS events FROM events").one().events;

/** Events of the line that its order has not applied yet. The range covers every id that `stockEventId` makes. */
export function countUndelivered(sql: SqlStorage, sku: string, lineId: Holder): number {
  const ofLine = compositeKey(sku, lineId);
  return sql
    .exec<{ undelivered: number }>(
      "SELECT count(*) AS undelivered FROM events WHERE id > ? AND id < ?",
      `${ofLine}/`,
      `${ofLine}0`,
    )
    .one().undelivered;
}

/** The most events that an audit returns. */
const MAX_EVENTS = 1_000;

export const readUndelivered = (sql: SqlStorage): StockEvent[] =>
  sql
    .exec<{ event: string }>("SELECT event FROM events ORDER BY seq LIMIT ?", MAX_EVENTS)
    .toArray()
    .map(({ event }): StockEvent => JSON.parse(event));

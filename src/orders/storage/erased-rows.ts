/** Table order_events: the history of an order, written again without personal data. */
import type { OrderId } from "../../kernel/ids";
import type { Order } from "../domain/order";
import { erasedEvent } from "../domain/personal-data/erased-event";
import { listsOf } from "../../platform/d1/rows";
import { encodeEvents, frameOf } from "./event-codec/stored-events";
import type { OrderCommit } from "./order-history";

/** Statements for the batch that erases the data from the order itself. Commits that hold none stay as they are. */
export function erasedHistoryStatements(
  db: D1Database,
  order: Order,
  history: readonly OrderCommit[],
): D1PreparedStatement[] {
  const changed = history.flatMap(({ version, at, events }) => {
    const frame = frameOf(order, at);
    const [before, after] = [events, events.map(erasedEvent)].map((each) =>
      JSON.stringify(encodeEvents(each, frame)),
    );
    return before === after ? [] : [{ version, events: after! }];
  });
  return listsOf(changed, MAX_CHARACTERS).map((list) =>
    db
      .prepare(
        `UPDATE order_events SET events = given.value ->> 'events' FROM json_each(?2) AS given
         WHERE order_id = ?1 AND version = given.value ->> 'version'`,
      )
      .bind(order.id, list),
  );
}

/** D1 takes parameters of 2 MB, and a character is at most three bytes. */
const MAX_CHARACTERS = 500_000;

/**
 * Keeps the order out of the archive for a week, so that its document can be stored again.
 * @returns whether it is not archived.
 */
export async function keepFromArchive(db: D1Database, orderId: OrderId, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE orders SET restored_at = ?2 WHERE id = ?1 AND archived_at IS NULL")
    .bind(orderId, now)
    .run();
  return meta.changes > 0;
}

/** Releases a reservation before it expires. Idempotent. */
import type { OrdersContext } from "../orders/context";
import { isId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { markReservationVoided, reservationById } from "./storage/reservations";

/** Units that an order has taken over stay with the order. */
export async function releaseReservation(
  context: OrdersContext,
  id: string,
): Promise<Result<null, Readonly<{ code: "not_found" }>>> {
  const { primary } = context.databases;
  const reservation = isId("res", id) ? await reservationById(primary, id) : null;
  if (!reservation) return reject({ code: "not_found" });
  if (reservation.status === "voided") return accept(null);

  const now = context.now();
  await Promise.all(
    reservation.lines.map(({ sku }) => context.inventory.releasePending(sku, reservation.id, now)),
  );
  await markReservationVoided(primary, reservation.id);
  return accept(null);
}

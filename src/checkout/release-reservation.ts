/** Letting go of a checkout's hold at once, rather than when it expires. Doing it twice is doing it once. */
import type { OrdersContext } from "../orders/context";
import { isId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { markReservationVoided, reservationById } from "./storage/reservations";

/** What an order has taken over meanwhile is the order's, and stays. */
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

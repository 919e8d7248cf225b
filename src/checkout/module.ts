/**
 * Checkout: availability quotes for product pages and carts, which hold no stock; and reservations, which hold stock
 * before payment. A reservation holds all of its units or none. The units are allocations in the SKUs' objects: they
 * expire by themselves, and an order that names the reservation takes them over.
 * Table: reservations.
 */
import type { OrdersContext } from "../orders/context";
import type { Module } from "../platform/module";
import { registerAvailability } from "./http/availability";
import { registerReservations } from "./http/reservations";
import { anyReservationExpiredStatement, deleteExpiredReservations } from "./storage/reservations";

const DAY_MS = 86_400_000;

export const checkout: Module<OrdersContext> = {
  routes: (app) => {
    registerAvailability(app);
    registerReservations(app);
  },
  sweep: {
    tasks: [
      {
        name: "reservations",
        of: "primary",
        dueIf: (db, now) => [anyReservationExpiredStatement(db, now - DAY_MS)],
        run: ({ now }, db) => deleteExpiredReservations(db, now() - DAY_MS),
      },
    ],
  },
};

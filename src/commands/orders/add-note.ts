/** A note on an order: part of its history, never of its state. */
import type { Context } from "../../context";
import type { OrderId } from "../../domain/ids";
import type { Order } from "../../domain/orders/orders";
import { accept, type Result } from "../../domain/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const addNote = (
  context: Context,
  orderId: OrderId,
  text: string,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    () => accept([{ type: "order.note_added", text, by: context.actor }]),
    options,
  );

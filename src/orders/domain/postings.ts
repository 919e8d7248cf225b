/**
 * The journal entry of an order's commit: the accounts that follow from the order after it, less those that followed
 * from the order before it. So the same facts have the same books, whatever sequence of events led to them.
 *
 * Revenue is earned when a parcel leaves, as control passes then (ASC 606). What was paid before is a customer deposit;
 * what leaves unpaid is receivable. Sales tax is owed to the state and is never revenue. Costs are in the books'
 * currency, at the standard cost of the units that the events ship and restock; everything else is in the order's.
 */
import { compositeKey } from "../../kernel/ids";
import type { Account } from "../../ledger/domain/accounts";
import {
  entryOf,
  postedAt,
  type Books,
  type JournalEntry,
  type Legs,
} from "../../ledger/domain/journal-entry";
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "./order-event-handlers";
import type { UnitsReturned } from "./events/money-events";
import { lineOf, type Order } from "./order";
import type { EventOf, OrderEvent } from "./order-events";
import { roundingEarned, salesOf } from "./payments/order-money";
import { settlementOf } from "./payments/settlement";

/** `before` is null for a new order. */
export type PostedCommit = Readonly<{ before: Order | null; after: Order; events: readonly OrderEvent[] }>;

/**
 * The journal entry of a commit; null if it moves no money.
 * @param at when it was committed, in epoch milliseconds; the entry is posted on that day.
 */
export function journalEntryOf(commit: PostedCommit, at: number, books: Books): JournalEntry | null {
  const { after } = commit;
  const entry = entryOf(descriptionOf(commit), [
    [after.currency, difference(orderAccounts(after), commit.before ? orderAccounts(commit.before) : {})],
    [books.booksCurrency, costsOf(commit)],
  ]);
  const id = compositeKey(after.id, after.version);
  return entry && { ...entry, ...postedAt(at, books), id, orderId: after.id };
}

/** The balance of every account that follows from the order itself, in its currency. Debits are positive. */
export function orderAccounts(order: Order): Legs {
  if (order.isTest) return {};
  const sales = salesOf(order);
  const { balances, allowanceMinor, feeMinor, refundRoundingMinor } = settlementOf(order);
  const giftCardsMinor = order.payments
    .filter(({ kind }) => kind === "gift_card")
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return {
    "assets:psp-clearing": order.capturedMinor - giftCardsMinor - order.refundedMinor,
    "assets:receivable": balances.receivableMinor,
    "liabilities:customer-deposits": -balances.depositsMinor,
    "liabilities:refund-payable": -balances.refundPayableMinor,
    "liabilities:gift-cards": giftCardsMinor + sales.returnedGiftCardsMinor - sales.giftCardsMinor,
    "liabilities:sales-tax": -sales.taxMinor,
    "revenue:products": -sales.productsMinor,
    "revenue:sales-returns": sales.returnsMinor,
    "revenue:discounts": sales.discountMinor,
    "revenue:shipping": -sales.shippingMinor,
    "revenue:rounding": -roundingEarned(order) - refundRoundingMinor,
    "revenue:allowances": allowanceMinor,
    "revenue:restocking-fees": -feeMinor,
  };
}

function difference(after: Legs, before: Legs): Legs {
  const changed: Partial<Record<Account, number>> = { ...after };
  for (const account of Object.keys(before) as Account[]) {
    changed[account] = (changed[account] ?? 0) - before[account]!;
  }
  return changed;
}

const OWN = "assets:inventory";
/** A vendor's goods were never on hand: we owe the vendor for them once they are sold. */
const VENDOR = "liabilities:vendor-payable";

const costsOf = ({ after, events }: PostedCommit): Legs =>
  events
    .map((event) => handleOrderEvent(COSTS, event, after, {}))
    .reduce((sum, legs) => difference(sum, negated(legs)), {});

const negated = (legs: Legs): Legs =>
  Object.fromEntries(Object.entries(legs).map(([account, amountMinor]) => [account, -amountMinor]));

const costMoved = (soldMinor: number, from: Account): Legs => ({
  "expenses:cogs": soldMinor,
  [from]: -soldMinor,
});

const restocked = ({ returned }: Readonly<{ returned: readonly UnitsReturned[] }>, order: Order): Legs =>
  costMoved(
    returned
      .filter(({ restockLocationId }) => restockLocationId !== null)
      .reduce((sum, { lineId, quantity }) => sum - quantity * (lineOf(order, lineId).unitCostMinor ?? 0), 0),
    OWN,
  );

const shippedCost = ({ dropShipped, lines }: EventOf<"shipment.shipped">): Legs =>
  costMoved(
    lines.reduce((sum, { quantity, unitCostMinor }) => sum + quantity * unitCostMinor, 0),
    dropShipped ? VENDOR : OWN,
  );

const COSTS: OrderEventHandlers<Order, Legs> = {
  "shipment.shipped": shippedCost,
  "refund.recorded": restocked,
  "refund.itemized": restocked,
  ...ignoring(
    "order.placed",
    "order.quoted",
    "order.sourced",
    "order.held",
    "order.hold_released",
    "order.note_added",
    "order.details_changed",
    "order.repriced",
    "order.storefront_seen",
    "order.personal_data_erased",
    "order.difference_kept",
    "order.lines_added",
    "payment.authorized",
    "payment.authorization_ended",
    "payment.captured",
    "payment.reversed",
    "refund.changed",
    "units.cancelled",
    "units.removed_at_storefront",
    "line.storefront_quantity_changed",
    "line.sku_assigned",
    "line.needs_no_shipping",
    "units.sourced",
    "units.sent_elsewhere",
    "backorder.filled",
    "allocation.cut",
    "allocation.released",
    "fulfillment.released",
    "fulfillment.scheduled",
    "fulfillment.rejected",
    "fulfillment.postponed",
    "fulfillment.stop_requested",
    "fulfillment.stop_withdrawn",
    "promise.made",
    "promise.moved",
    "promise.settled",
    "move.requested",
    "units.replanned",
    "backorder.locations_changed",
    "shipment.tracking_changed",
    "shipment.delivered",
  ),
};

const DESCRIPTIONS: Partial<Record<OrderEvent["type"], string>> = {
  "payment.captured": "Payment captured",
  "payment.reversed": "Payment taken back",
  "shipment.shipped": "Shipment",
  "units.cancelled": "Cancelled before shipment",
  "order.lines_added": "Lines added",
  "order.repriced": "Price changed",
  "refund.recorded": "Refund",
  "refund.changed": "Refund changed",
  "refund.itemized": "Refund itemized",
};

/** The events of the commit that move money, in their sequence. */
function descriptionOf({ events }: PostedCommit): string {
  const descriptions = events.flatMap((event) =>
    event.type === "shipment.shipped" && event.dropShipped
      ? ["Shipment by a vendor"]
      : (DESCRIPTIONS[event.type] ?? []),
  );
  return [...new Set(descriptions)].join(", ") || "Order changed";
}

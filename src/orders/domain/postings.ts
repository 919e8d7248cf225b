/**
 * What each event of an order does to the books. Revenue is earned when a parcel leaves (ASC 606, control passes);
 * what was paid before that is a customer deposit, and what leaves unpaid is receivable. Sales tax is held for the
 * state and is never revenue. Costs are in the books' currency, everything else in the order's.
 *
 * Postings are a function of the event alone, so that writing them twice writes the same.
 */
import { invariant } from "../../kernel/invariant";
import type { CurrencyCode } from "../../kernel/money";
import type { Account } from "../../ledger/domain/accounts";
import {
  entryOf,
  postedAt,
  type Books,
  type Entry,
  type JournalEntry,
  type Legs,
} from "../../ledger/domain/journal-entry";
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "./order-event-handlers";
import type { Earned } from "./events/money-events";
import type { EventOf, OrderEvent } from "./order-events";

export type EventPosition = Readonly<{
  orderId: string;
  version: number;
  /** Which event of its commit, counted from 0. */
  index: number;
  /** When it was committed: the day it is posted on. */
  at: number;
  currency: CurrencyCode;
}>;

/** The journal entry of an order's event; null when it moves no money. */
export function journalEntryFor(event: OrderEvent, place: EventPosition, books: Books): JournalEntry | null {
  const entry = postings(event, place, books.booksCurrency);
  const id = `${place.orderId}/${place.version}/${place.index}`;
  return entry && { ...entry, ...postedAt(place.at, books), id, orderId: place.orderId };
}

type Entrant = Readonly<{ currency: CurrencyCode; booksCurrency: CurrencyCode }>;

const POSTINGS: OrderEventHandlers<Entrant, Entry | null> = {
  "payment.captured": (event, order) => entryInBoth("Payment captured", order, [captured(event)]),
  "shipment.shipped": (event, order) =>
    event.dropShipped
      ? entryInBoth(
          "Shipment by a vendor",
          order,
          [earned(event.earned)],
          costMoved(event.earned.costMinor, VENDOR),
        )
      : entryInBoth("Shipment", order, [earned(event.earned)], costMoved(event.earned.costMinor, OWN)),
  "deposit.refund_due": (event, order) => entryInBoth("Owed back", order, [owedBack(event.amountMinor)]),
  "credit.applied": (event, order) => entryInBoth("Credit applied", order, [owedBack(-event.amountMinor)]),
  "units.cancelled": (event, order) =>
    entryInBoth("Cancelled before shipment", order, [
      owedBack(event.refundDueMinor),
      ...(event.earned ? [earned(event.earned)] : []),
    ]),
  "refund.recorded": (event, order) =>
    entryInBoth("Refund", order, [refunded(event)], costMoved(-event.restockedCostMinor, OWN)),
  ...ignoring(
    "order.placed",
    "order.sourced",
    "order.held",
    "order.hold_released",
    "order.note_added",
    "order.contact_changed",
    "order.storefront_seen",
    "units.removed_at_storefront",
    "order.lines_added",
    "payment.authorized",
    "line.sku_assigned",
    "units.sourced",
    "backorder.filled",
    "allocation.cut",
    "allocation.released",
    "fulfillment.released",
    "fulfillment.scheduled",
    "promise.made",
    "promise.moved",
    "promise.settled",
    "fulfillment.rejected",
    "fulfillment.postponed",
    "move.requested",
    "units.replanned",
    "backorder.locations_changed",
    "shipment.delivered",
  ),
};

/** What an event posts, balanced in each currency; null if it posts nothing. */
export const postings = (
  event: OrderEvent,
  { currency }: Readonly<{ currency: CurrencyCode }>,
  booksCurrency: CurrencyCode,
): Entry | null => handleOrderEvent(POSTINGS, event, { currency, booksCurrency }, null);

/** Legs in the order's currency, and costs in the books' currency. */
const entryInBoth = (
  description: string,
  { currency, booksCurrency }: Entrant,
  legs: readonly Legs[],
  costs: Legs = {},
): Entry | null =>
  entryOf(description, [...legs.map((each) => [currency, each] as const), [booksCurrency, costs]]);

function captured({ amountMinor, toReceivableMinor, toDepositsMinor }: EventOf<"payment.captured">): Legs {
  invariant(
    amountMinor === toReceivableMinor + toDepositsMinor,
    "a payment settles what is receivable, and the rest is a deposit",
  );
  return {
    "assets:psp-clearing": amountMinor,
    "assets:receivable": -toReceivableMinor,
    "liabilities:customer-deposits": -toDepositsMinor,
  };
}

/** What had been paid for what will not be sent is no deposit any more. */
const owedBack = (amountMinor: number): Legs => ({
  "liabilities:customer-deposits": amountMinor,
  "liabilities:refund-payable": -amountMinor,
});

function earned(sale: Earned): Legs {
  invariant(
    sale.listMinor + sale.shippingMinor - sale.discountMinor + sale.taxMinor ===
      sale.fromDepositsMinor + sale.fromReceivableMinor,
    "what is earned is paid from deposits or receivable",
  );
  return {
    "liabilities:customer-deposits": sale.fromDepositsMinor,
    "assets:receivable": sale.fromReceivableMinor,
    "revenue:discounts": sale.discountMinor,
    "revenue:products": sale.giftCardMinor - sale.listMinor,
    "liabilities:gift-cards": -sale.giftCardMinor,
    "revenue:shipping": -sale.shippingMinor,
    "liabilities:sales-tax": -sale.taxMinor,
  };
}

/** A return takes the sale back; what was owed is settled; the rest of the money is an allowance. */
function refunded(refund: EventOf<"refund.recorded">): Legs {
  const { returnedGiftCardMinor: giftCardMinor = 0, fromDepositsMinor = 0 } = refund;
  const worthMinor =
    refund.returnedListMinor +
    refund.returnedShippingMinor -
    refund.returnedDiscountMinor +
    refund.returnedTaxMinor;
  invariant(
    worthMinor + refund.fromPayableMinor + fromDepositsMinor + refund.allowanceMinor ===
      refund.amountMinor + refund.feeMinor + refund.receivableReducedMinor,
    "worth + from payable + from deposits + allowance = amount + fee + receivable reduced",
  );
  return {
    "revenue:sales-returns": refund.returnedListMinor - giftCardMinor,
    "liabilities:gift-cards": giftCardMinor,
    "revenue:discounts": -refund.returnedDiscountMinor,
    "liabilities:sales-tax": refund.returnedTaxMinor,
    "revenue:shipping": refund.returnedShippingMinor,
    "revenue:restocking-fees": -refund.feeMinor,
    "assets:receivable": -refund.receivableReducedMinor,
    "liabilities:refund-payable": refund.fromPayableMinor,
    "liabilities:customer-deposits": fromDepositsMinor,
    "revenue:allowances": refund.allowanceMinor,
    "assets:psp-clearing": -refund.amountMinor,
  };
}

const OWN = "assets:inventory";
/** Goods that a vendor sends were never on hand: they are owed for once they are sold. */
const VENDOR = "liabilities:vendor-payable";

const costMoved = (soldMinor: number, from: Account): Legs => ({
  "expenses:cogs": soldMinor,
  [from]: -soldMinor,
});

/**
 * The postings of an order's events. Revenue is earned when a parcel leaves, as control passes then (ASC 606). What was
 * paid before is a customer deposit; what leaves unpaid is receivable. Sales tax is owed to the state and is never
 * revenue. Costs are in the books' currency, everything else in the order's.
 *
 * Postings are a function of the event alone, so writing them twice writes the same.
 */
import { compositeKey } from "../../kernel/ids";
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
  /** When it was committed; the entry is posted on that day. */
  at: number;
  currency: CurrencyCode;
}>;

/** The journal entry of an order's event; null if it moves no money. */
export function journalEntryFor(
  event: OrderEvent,
  position: EventPosition,
  books: Books,
): JournalEntry | null {
  const entry = postings(event, position, books.booksCurrency);
  const id = compositeKey(position.orderId, position.version, position.index);
  return entry && { ...entry, ...postedAt(position.at, books), id, orderId: position.orderId };
}

type Currencies = Readonly<{ currency: CurrencyCode; booksCurrency: CurrencyCode }>;

const POSTINGS: OrderEventHandlers<Currencies, Entry | null> = {
  "payment.captured": (event, currencies) => entryInBoth("Payment captured", currencies, [captured(event)]),
  "shipment.shipped": (event, currencies) =>
    event.dropShipped
      ? entryInBoth(
          "Shipment by a vendor",
          currencies,
          [earned(event.earned)],
          costMoved(event.earned.costMinor, VENDOR),
        )
      : entryInBoth("Shipment", currencies, [earned(event.earned)], costMoved(event.earned.costMinor, OWN)),
  "deposit.refund_due": (event, currencies) =>
    entryInBoth("Refund due", currencies, [refundDue(event.amountMinor)]),
  "credit.applied": (event, currencies) =>
    entryInBoth("Credit applied", currencies, [refundDue(-event.amountMinor)]),
  "units.cancelled": (event, currencies) =>
    entryInBoth("Cancelled before shipment", currencies, [
      refundDue(event.refundDueMinor),
      ...(event.earned ? [earned(event.earned)] : []),
    ]),
  "refund.recorded": (event, currencies) =>
    entryInBoth("Refund", currencies, [refunded(event)], costMoved(-event.restockedCostMinor, OWN)),
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

/** The postings of an event, balanced in each currency; null if it moves no money. */
export const postings = (
  event: OrderEvent,
  { currency }: Readonly<{ currency: CurrencyCode }>,
  booksCurrency: CurrencyCode,
): Entry | null => handleOrderEvent(POSTINGS, event, { currency, booksCurrency }, null);

/** An entry with legs in the order's currency, and costs in the books' currency. */
const entryInBoth = (
  description: string,
  { currency, booksCurrency }: Currencies,
  legs: readonly Legs[],
  costs: Legs = {},
): Entry | null =>
  entryOf(description, [...legs.map((each) => [currency, each] as const), [booksCurrency, costs]]);

function captured({ amountMinor, toReceivableMinor, toDepositsMinor }: EventOf<"payment.captured">): Legs {
  invariant(
    amountMinor === toReceivableMinor + toDepositsMinor,
    "a payment clears what is receivable, and the rest is a deposit",
  );
  return {
    "assets:psp-clearing": amountMinor,
    "assets:receivable": -toReceivableMinor,
    "liabilities:customer-deposits": -toDepositsMinor,
  };
}

/** A deposit becomes a refund that is due; back, if the amount is negative. */
const refundDue = (amountMinor: number): Legs => ({
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

/** A return reverses the sale; refunds that were due are settled; the rest of the money is an allowance. */
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
/** A vendor's goods were never on hand: we owe the vendor for them once they are sold. */
const VENDOR = "liabilities:vendor-payable";

const costMoved = (soldMinor: number, from: Account): Legs => ({
  "expenses:cogs": soldMinor,
  [from]: -soldMinor,
});

/**
 * What each event does to the books. Revenue is earned when a parcel leaves (ASC 606, control passes); what
 * was paid before that is a customer's deposit, and what leaves unpaid is receivable. Sales tax is held for
 * the state and is never revenue. Costs are in the books' currency, everything else in the order's.
 *
 * Postings are a function of the event alone, so that writing them twice writes the same.
 */
import { ACCOUNTS, type Account, type Posting } from "./accounts";
import { localDate } from "../../kernel/calendar";
import { invariant } from "../../kernel/invariant";
import type { CurrencyCode } from "../../kernel/money";
import type { Earned, OrderEvent } from "../../orders/domain/order-events";
import type { Movement } from "../../inventory/domain/stock";

export type Entry = Readonly<{ description: string; postings: readonly Posting[] }>;

export type JournalEntry = Entry &
  Readonly<{
    /** Local date in the books' time zone. */
    postedOn: string;
    /** `ord_…/version/n`, or the stock movement's event id: the entry of one thing is written once. */
    id: string;
    orderId: string | null;
    at: number;
  }>;

export type Books = Readonly<{ booksCurrency: CurrencyCode; booksTimeZone: string }>;

export type EventPosition = Readonly<{
  orderId: string;
  version: number;
  /** Which event of its commit, counted from 0. */
  index: number;
  /** When it was committed: the day it is posted on. */
  at: number;
  currency: CurrencyCode;
}>;

/** Amounts by account, debits positive; what an event leaves at zero is not posted. */
type Legs = Partial<Record<Account, number>>;
type OfType<Type extends OrderEvent["type"]> = Extract<OrderEvent, { type: Type }>;

/** The journal entry of an order's event; null when it moves no money. */
export function journalEntryFor(event: OrderEvent, place: EventPosition, books: Books): JournalEntry | null {
  const entry = postings(event, place, books.booksCurrency);
  const id = `${place.orderId}/${place.version}/${place.index}`;
  return entry && { ...entry, ...postedAt(place.at, books), id, orderId: place.orderId };
}

/** The journal entry of a movement of stock that no order explains; `id` is the stock event's. */
export function journalEntryForStock(
  movement: Movement,
  source: Readonly<{ id: string; sku: string }>,
  books: Books,
): JournalEntry | null {
  const entry = stockPostings(movement, books.booksCurrency);
  if (!entry) return null;
  const description = `${entry.description}: ${source.sku}`;
  return { ...entry, ...postedAt(movement.at, books), description, id: source.id, orderId: null };
}

/** What an event posts, each currency balanced; null when nothing is. */
export function postings(
  event: OrderEvent,
  order: Readonly<{ currency: CurrencyCode }>,
  booksCurrency: CurrencyCode,
): Entry | null {
  const inBoth = (description: string, legs: readonly Legs[], costMinor = 0, from: Account = OWN) =>
    entryOf(description, [
      ...legs.map((each) => [order.currency, each] as const),
      [booksCurrency, costMoved(costMinor, from)],
    ]);
  switch (event.type) {
    case "payment.captured":
      return inBoth("Payment captured", [captured(event)]);
    case "shipment.shipped":
      return event.dropShipped
        ? inBoth("Shipment by a vendor", [earned(event.earned)], event.earned.costMinor, VENDOR)
        : inBoth("Shipment", [earned(event.earned)], event.earned.costMinor);
    case "deposit.owed_back":
      return inBoth("Owed back", [owedBack(event.amountMinor)]);
    case "credit.applied":
      return inBoth("Credit applied", [owedBack(-event.amountMinor)]);
    case "units.cancelled":
      return inBoth("Cancelled before shipment", [
        owedBack(event.refundDueMinor),
        ...(event.earned ? [earned(event.earned)] : []),
      ]);
    case "refund.recorded":
      return inBoth("Refund", [refunded(event)], -event.restockedCostMinor);
    case "order.placed":
    case "order.sourced":
    case "order.held":
    case "order.hold_released":
    case "order.note_added":
    case "order.contact_changed":
    case "order.storefront_seen":
    case "removal.seen":
    case "order.lines_added":
    case "payment.authorized":
    case "line.sku_assigned":
    case "units.sourced":
    case "backorder.filled":
    case "allocation.cut":
    case "allocation.released":
    case "fulfillment.released":
    case "fulfillment.scheduled":
    case "promise.made":
    case "promise.moved":
    case "promise.settled":
    case "fulfillment.rejected":
    case "fulfillment.postponed":
    case "move.requested":
    case "units.replanned":
    case "backorder.served":
    case "shipment.delivered":
      break;
  }
  return null;
}

function captured({ amountMinor, toReceivableMinor, toDepositsMinor }: OfType<"payment.captured">): Legs {
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
function refunded(refund: OfType<"refund.recorded">): Legs {
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

const STOCK_MOVES = {
  receive: ["Stock received", "liabilities:goods-received-not-invoiced"],
  adjust: ["Stock adjusted", "expenses:shrinkage"],
  count: ["Stock counted", "expenses:shrinkage"],
  revalue: ["Stock revalued", "expenses:inventory-revaluation"],
} as const;

/** What a movement posts. Shipping and restocking are posted by the order's event, never from here. */
export function stockPostings(movement: Movement, booksCurrency: CurrencyCode): Entry | null {
  const { kind, valueMinor, reason } = movement;
  if (kind === "ship" || kind === "restock") return null;
  const [what, against] = STOCK_MOVES[kind];
  const legs: Legs = { "assets:inventory": valueMinor, [against]: -valueMinor };
  return entryOf(reason === null ? what : `${what} (${reason})`, [[booksCurrency, legs]]);
}

/** Puts legs together, without zeros and with one posting for an account and currency; null when none is left. */
export function entryOf(
  description: string,
  parts: readonly (readonly [CurrencyCode, Legs])[],
): Entry | null {
  const found = new Map<string, Posting>();
  for (const [currency, legs] of parts) {
    for (const account of ACCOUNTS) {
      const minor = legs[account] ?? 0;
      invariant(Number.isSafeInteger(minor), `an amount is whole: ${account}`);
      const key = `${currency} ${account}`;
      const amountMinor = (found.get(key)?.amountMinor ?? 0) + minor;
      found.set(key, { account, amountMinor, currency });
    }
  }
  const postings = [...found.values()].filter((posting) => posting.amountMinor !== 0);
  invariant(isBalanced(postings), `an entry sums to zero in each currency: ${description}`);
  return postings.length === 0 ? null : { description, postings };
}

export function isBalanced(postings: readonly Posting[]): boolean {
  const sums = new Map<CurrencyCode, number>();
  for (const { currency, amountMinor } of postings) {
    sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
  }
  return [...sums.values()].every((sum) => sum === 0);
}

const postedAt = (at: number, books: Books) => ({ postedOn: localDate(at, books.booksTimeZone), at });

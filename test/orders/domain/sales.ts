/** Orders as storefronts send them, for tests: `aSale({ lines: [sold("Mug", 2)] })`, with sensible defaults. */
import type { Channel } from "../../../src/catalog/domain/channel";
import { lineIdOf, orderIdOf, type LineId } from "../../../src/kernel/ids";
import { NO_AMOUNTS, payable } from "../../../src/orders/domain/amounts";
import type { NewOrder, NewOrderLine, NewPayment, NewRefund } from "../../../src/orders/domain/new-order";
import { anAddress, NOON } from "../../support/an-order";
import { plainChannel } from "../../support/reference-defaults";

export const CHANNEL: Channel = {
  id: "web",
  name: "Web",
  kind: "shopify",
  currency: "GBP",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
};

/** A line of units at 20.00 each, with 4.00 of tax on top. */
export const sold = (title: string, quantity = 1, over: Partial<NewOrderLine> = {}): NewOrderLine => ({
  externalId: title,
  sku: `SKU-${title}`,
  title,
  kind: "physical",
  quantity,
  removed: 0,
  unitPriceMinor: 2000,
  grossMinor: (over.unitPriceMinor ?? 2000) * quantity,
  discountMinor: 0,
  taxMinor: over.unitPriceMinor === undefined ? 400 * quantity : 0,
  ...over,
});

/** An order of one mug, paid in full, with free shipping. */
export function aSale(over: Partial<NewOrder> = {}): NewOrder {
  const { lines = [sold("Mug")], shipping = NO_AMOUNTS, taxIncluded = false } = over;
  const totalMinor = [...lines, shipping].reduce((sum, amounts) => sum + payable(amounts, taxIncluded), 0);
  return {
    channelId: "web",
    externalId: "1001",
    number: "#1001",
    currency: "GBP",
    taxIncluded,
    placedAt: NOON,
    storefrontUpdatedAt: NOON,
    cancelledAt: null,
    cancelReason: null,
    email: "ada@example.com",
    phone: null,
    customerName: "Ada Lovelace",
    locale: "en-GB",
    shippingAddress: anAddress,
    billingAddress: anAddress,
    shippingMethod: "Standard",
    pickupLocationId: null,
    lines,
    shipping,
    totalMinor,
    payments: [paid(over.totalMinor ?? totalMinor)],
    refunds: [],
    roundingMinor: 0,
    fulfilled: [],
    isTest: false,
    quoteId: null,
    note: null,
    reservationTokens: [],
    problems: [],
    ...over,
  };
}

/** The sale with two mugs, 24.00 each with tax, or as many as are given. */
export const mugs = (quantity = 2, over: Partial<NewOrderLine> = {}) => ({
  lines: [sold("Mug", quantity, over)],
});

export const paid = (amountMinor: number, externalId = "pay_1"): NewPayment => ({
  externalId,
  kind: "captured",
  amountMinor,
  at: NOON,
});

export const authorized = (amountMinor: number, externalId = "auth_1"): NewPayment => ({
  externalId,
  kind: "authorized",
  amountMinor,
  at: NOON,
});

export const aRefund = (externalId: string, over: Partial<NewRefund> = {}): NewRefund => ({
  externalId,
  amountMinor: 0,
  shippingMinor: 0,
  lines: [],
  itemized: true,
  reason: null,
  at: NOON,
  ...over,
});

/** The lines of a refund: `refundLines("2 Mug cancel", "1 Cup return")`. */
export const refundLines = (...texts: readonly string[]): Pick<NewRefund, "lines"> => ({
  lines: texts.map((text) => {
    const [quantity, externalLineId, restock] = text.split(" ");
    return { quantity: Number(quantity), externalLineId: externalLineId!, restock: restock as "cancel" };
  }),
});

/** The id of a line of one unit of the sale. */
export const lineId = (title: string): LineId => lineIdOf(orderIdOf("web", "1001"), title, 1);

/** English, version 1. Sent notifications are shown by it for good: do not change it, add a version. */
import { currencyCode } from "../../../kernel/currencies";
import { formatMoney, type CurrencyCode } from "../../../kernel/money";
import { promiseText } from "../../../promises/domain/promise-text";
import type { FactDates, FactsOfKind } from "../notification-facts";
import { list, paragraph, type Block } from "./blocks";
import type { Template } from "./template";

export const english1: Template = {
  greeting: ({ name }) => (name === undefined ? "Hello," : `Hello ${name},`),
  statusLabel: "See the status of your order",
  content: {
    order_received: received,
    order_backordered: backordered,
    order_shipped: shipped,
    order_delivered: ({ number, lines }) => ({
      subject: `Delivered: your order ${number}`,
      blocks: [
        paragraph("The carrier tells us that your parcel has arrived. It contained:"),
        list(lines.map(([units, title]) => `${units} × ${title}`)),
        paragraph("Is something missing or damaged? Reply to this message and we will put it right."),
      ],
    }),
    order_cancelled: cancelled,
  },
};

function received(facts: FactsOfKind["order_received"]) {
  const { number, shop, currency, lines, shippingMinor, totalMinor } = facts;
  const money = moneyIn(currency);
  return {
    subject: `We have your order ${number}`,
    blocks: [
      paragraph(`Thank you for your order at ${shop}. Here is what we are getting ready:`),
      list([
        ...lines.map(([units, title, amountMinor]) => `${units} × ${title}: ${money(amountMinor)}`),
        ...(shippingMinor > 0 ? [`Shipping: ${money(shippingMinor)}`] : []),
      ]),
      paragraph(`Total: ${money(totalMinor)}`),
      ...expectedDates(
        lines.map(([, title, , dates]) => [title, dates] as const),
        facts,
      ),
      paragraph("We will write again when it is on its way."),
    ],
  };
}

function backordered({ number, lines, pickup }: FactsOfKind["order_backordered"]) {
  return {
    subject: `Part of your order ${number} has to wait a little`,
    blocks: [
      paragraph("We are waiting for new stock of:"),
      list(
        lines.map(([units, title, ordered, dates]) => {
          const words = wordsOf(dates, pickup === true);
          return `${units} of ${ordered} × ${title}${words === null ? "" : `: ${words}`}`;
        }),
      ),
      paragraph("You need not do anything: we keep it for you, and send it as soon as it arrives."),
    ],
  };
}

function shipped(facts: FactsOfKind["order_shipped"]) {
  const { number, lines, carrier, trackingNumber, trackingUrl, more = false } = facts;
  const tracking = [carrier, trackingNumber].filter((part) => part !== undefined).join(" ");
  return {
    subject: `On its way: your order ${number}`,
    blocks: [
      paragraph(more ? "Part of your order is on its way:" : "Your order is on its way:"),
      list(lines.map(([units, title]) => `${units} × ${title}`)),
      ...(tracking ? [paragraph(`Sent with ${tracking}`)] : []),
      ...expectedDates(
        lines.map(([, title, dates]) => [title, dates] as const),
        facts,
      ),
      ...(trackingUrl === undefined
        ? []
        : [{ type: "link", label: "Track your parcel", url: trackingUrl } as const]),
      ...(more ? [paragraph("The rest follows separately, and we will write when it is on its way.")] : []),
    ],
  };
}

function cancelled(facts: FactsOfKind["order_cancelled"]) {
  const { number, currency, lines, refundedMinor, refundPayableMinor } = facts;
  const money = moneyIn(currency);
  return {
    subject: `Your order ${number} is cancelled`,
    blocks: [
      paragraph("Your order is cancelled, and nothing of it will be sent:"),
      list(lines.map(([units, title]) => `${units} × ${title}`)),
      ...(refundedMinor > 0 ? [paragraph(`${money(refundedMinor)} has been paid back to you.`)] : []),
      ...(refundPayableMinor > 0
        ? [paragraph(`${money(refundPayableMinor)} will be paid back to you, the way you paid.`)]
        : []),
    ],
  };
}

/** When the lines arrive: one sentence if it is the same for all, else a list. Lines without a date are left out. */
function expectedDates(
  lines: readonly (readonly [title: string, dates: FactDates | undefined])[],
  { pickup = false }: Readonly<{ pickup?: boolean }>,
): Block[] {
  const dated = lines.flatMap(([title, dates]) => {
    const words = wordsOf(dates, pickup);
    return words === null ? [] : [{ title, words }];
  });
  const [first] = dated;
  if (!first) return [];
  if (dated.length === lines.length && dated.every(({ words }) => words === first.words)) {
    return [paragraph(`It ${first.words}.`)];
  }
  return [paragraph("When to expect it:"), list(dated.map(({ title, words }) => `${title}: ${words}`))];
}

const wordsOf = (dates: FactDates | undefined, isPickup: boolean): string | null =>
  dates === undefined
    ? null
    : promiseText({ shipByOn: dates[0], deliverFromOn: dates[1], deliverByOn: dates[2] }, isPickup);

const moneyIn = (currency: CurrencyCode) => (amountMinor: number) =>
  `${formatMoney(amountMinor, currency)} ${currencyCode(currency)}`;

/**
 * The text of notifications. Plain text and HTML are made from the same blocks, so that they have the same content. Text
 * from outside is escaped in HTML, and cannot add a line in either.
 */
import { invariant } from "../../kernel/invariant";
import type { ShipmentId } from "../../kernel/ids";
import { currencyCode } from "../../kernel/currencies";
import { formatMoney } from "../../kernel/money";
import { waitingLines, type NotificationKind } from "./notifications";
import { payable } from "../../orders/domain/amounts";
import { countedLines } from "../../orders/domain/counted-lines";
import type { Shipment } from "../../orders/domain/fulfillments/fulfillment";
import type { Order } from "../../orders/domain/order";
import type { OrderLine } from "../../orders/domain/order-line";
import { linePromiseText } from "../../orders/domain/promises/line-promise-text";
import { webLink } from "../../orders/domain/web-link";

export type NotificationFacts = Readonly<{
  kind: NotificationKind;
  order: Order;
  shipmentId: ShipmentId | null;
  /** The name of the channel, as customers know it. */
  shopName: string;
  statusUrl: string;
}>;

export type NotificationText = Readonly<{ subject: string; text: string; html: string }>;

type Block =
  | Readonly<{ type: "paragraph"; text: string }>
  | Readonly<{ type: "list"; items: readonly string[] }>
  | Readonly<{ type: "link"; label: string; url: string }>;

/** The notification with the order as it is now, which may have changed since the event. */
export function renderNotification(about: NotificationFacts): NotificationText {
  const { subject, blocks } = contentOf(about);
  const greeting = about.order.customerName ? `Hello ${about.order.customerName},` : "Hello,";
  const whole: readonly Block[] = [
    paragraph(greeting),
    ...blocks,
    { type: "link", label: "See the status of your order", url: about.statusUrl },
    paragraph(about.shopName),
  ];
  return { subject: oneLine(subject), text: textOf(whole), html: htmlOf(oneLine(subject), whole) };
}

/**
 * A single mailbox. Text from storefronts and callers may contain a second address, a name or a line break, which the
 * provider might read as more recipients or as headers.
 */
const MAILBOX = /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[^\s\p{Cc}@<>()[\]\\,;:"]+$/u;

/** Why the notification cannot be sent or is out of date; null if it should be sent. */
export function reasonToSkip({ kind, order }: Pick<NotificationFacts, "kind" | "order">): string | null {
  if (order.email === null) return "no email address";
  if (!MAILBOX.test(order.email)) return "no usable email address";
  if (kind === "order_received" && order.status === "cancelled") return "the order has been cancelled since";
  if (kind === "order_backordered" && waitingLines(order).length === 0)
    return "no line waits for stock any more";
  return null;
}

type Content = Readonly<{ subject: string; blocks: readonly Block[] }>;

function contentOf({ kind, order, shipmentId, shopName }: NotificationFacts): Content {
  switch (kind) {
    case "order_received":
      return received(order, shopName);
    case "order_backordered":
      return backordered(order);
    case "order_shipped":
      return shipped(order, shipmentOf(order, shipmentId));
    case "order_delivered":
      return {
        subject: `Delivered: your order ${order.number}`,
        blocks: [
          paragraph("The carrier tells us that your parcel has arrived. It contained:"),
          list(unitsIn(order, shipmentOf(order, shipmentId))),
          paragraph("Is something missing or damaged? Reply to this message and we will put it right."),
        ],
      };
    case "order_cancelled":
      return cancelled(order);
  }
}

function received(order: Order, shopName: string): Content {
  const money = moneyIn(order);
  const shipping = payable(order.shipping, order.taxIncluded);
  const counted = countedLines(order);
  const lines = counted.map(
    (line) => `${line.ordered} × ${line.title}: ${money(payable(line, order.taxIncluded))}`,
  );
  return {
    subject: `We have your order ${order.number}`,
    blocks: [
      paragraph(`Thank you for your order at ${shopName}. Here is what we are getting ready:`),
      list([...lines, ...(shipping > 0 ? [`Shipping: ${money(shipping)}`] : [])]),
      paragraph(`Total: ${money(order.totalMinor)}`),
      ...datesOf(order, counted),
      paragraph("We will write again when it is on its way."),
    ],
  };
}

const backordered = (order: Order): Content => ({
  subject: `Part of your order ${order.number} has to wait a little`,
  blocks: [
    paragraph("We are waiting for new stock of:"),
    list(
      waitingLines(order).map((line) => {
        const units = `${line.backordered} of ${line.ordered} × ${line.title}`;
        const words = linePromiseText(order, line);
        return words === null ? units : `${units}: ${words}`;
      }),
    ),
    paragraph("You need not do anything: we keep it for you, and send it as soon as it arrives."),
  ],
});

function shipped(order: Order, shipment: Shipment): Content {
  const tracking = [shipment.carrier, shipment.trackingNumber].filter((part) => part !== null).join(" ");
  const link = webLink(shipment.trackingUrl);
  const more = order.lines.some((line) => line.kind === "physical" && line.allocated + line.backordered > 0);
  return {
    subject: `On its way: your order ${order.number}`,
    blocks: [
      paragraph(more ? "Part of your order is on its way:" : "Your order is on its way:"),
      list(unitsIn(order, shipment)),
      ...(tracking ? [paragraph(`Sent with ${tracking}`)] : []),
      ...datesOf(
        order,
        order.lines.filter(({ id }) => shipment.lines.some(({ lineId }) => lineId === id)),
      ),
      ...(link ? [{ type: "link", label: "Track your parcel", url: link } as const] : []),
      ...(more ? [paragraph("The rest follows separately, and we will write when it is on its way.")] : []),
    ],
  };
}

function cancelled(order: Order): Content {
  const money = moneyIn(order);
  const owed = order.balances.refundPayableMinor;
  return {
    subject: `Your order ${order.number} is cancelled`,
    blocks: [
      paragraph("Your order is cancelled, and nothing of it will be sent:"),
      list(countedLines(order).map((line) => `${line.cancelled} × ${line.title}`)),
      ...(order.refundedMinor > 0
        ? [paragraph(`${money(order.refundedMinor)} has been paid back to you.`)]
        : []),
      ...(owed > 0 ? [paragraph(`${money(owed)} will be paid back to you, the way you paid.`)] : []),
    ],
  };
}

/** When the lines arrive: one sentence if it is the same for all, else a list. Lines without a date are left out. */
function datesOf(order: Order, lines: readonly OrderLine[]): Block[] {
  const dated = lines.flatMap((line) => {
    const words = linePromiseText(order, line);
    return words === null ? [] : [{ title: line.title, words }];
  });
  const [first] = dated;
  if (!first) return [];
  if (dated.length === lines.length && dated.every(({ words }) => words === first.words)) {
    return [paragraph(`It ${first.words}.`)];
  }
  return [paragraph("When to expect it:"), list(dated.map(({ title, words }) => `${title}: ${words}`))];
}

function shipmentOf(order: Order, shipmentId: ShipmentId | null): Shipment {
  const shipment = order.shipments.find(({ id }) => id === shipmentId);
  invariant(shipment !== undefined, "a notification of a shipment names a shipment of the order");
  return shipment;
}

const unitsIn = (order: Order, shipment: Shipment): string[] =>
  shipment.lines.map(
    ({ lineId, quantity }) => `${quantity} × ${order.lines.find(({ id }) => id === lineId)?.title ?? ""}`,
  );

const moneyIn = (order: Order) => (amountMinor: number) =>
  `${formatMoney(amountMinor, order.currency)} ${currencyCode(order.currency)}`;

const paragraph = (text: string): Block => ({ type: "paragraph", text });
const list = (items: readonly string[]): Block => ({ type: "list", items });

/** Without line breaks: a title must not begin a paragraph, and a subject must not begin a header. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();

function textOf(blocks: readonly Block[]): string {
  const text = blocks.map((block) => {
    switch (block.type) {
      case "paragraph":
        return oneLine(block.text);
      case "list":
        return block.items.map((item) => `- ${oneLine(item)}`).join("\n");
      case "link":
        return `${block.label}:\n${block.url}`;
    }
  });
  return `${text.join("\n\n")}\n`;
}

function htmlOf(title: string, blocks: readonly Block[]): string {
  const body = blocks.map((block) => {
    switch (block.type) {
      case "paragraph":
        return `<p>${escaped(oneLine(block.text))}</p>`;
      case "list":
        return `<ul>${block.items.map((item) => `<li>${escaped(oneLine(item))}</li>`).join("")}</ul>`;
      case "link":
        return `<p><a href="${escaped(block.url)}">${escaped(block.label)}</a></p>`;
    }
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body style="font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:1.5rem auto;padding:0 1rem">${body.join("")}</body></html>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);

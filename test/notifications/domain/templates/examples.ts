/**
 * Facts that templates are filled in with. `test/notifications/domain/templates/sent` has what each template made of each
 * of them, as it was sent.
 */
import type { NotificationFacts } from "../../../../src/notifications/domain/notification-facts";

const shop = "The Pottery";
const number = "#1001";
const who = { number, shop, name: "Ada Lovelace" } as const;
const soon = [null, "2026-11-26", "2026-11-27"] as const;
const later = ["2026-11-30", "2026-12-01", "2027-01-02"] as const;
const leaves = ["2026-11-25", null, null] as const;

export const EXAMPLES: Readonly<Record<string, NotificationFacts>> = {
  received: {
    kind: "order_received",
    facts: {
      ...who,
      currency: "GBP",
      lines: [
        [2, "Mug", 4800, soon],
        [1, "Plate", 2400, soon],
      ],
      shippingMinor: 600,
      totalMinor: 7800,
    },
  },
  "received, several dates": {
    kind: "order_received",
    facts: {
      number,
      shop,
      currency: "JPY",
      lines: [
        [2, "Mug", 4800, soon],
        [1, "Gift card", 2400],
        [1, "Plate", 2400, later],
      ],
      shippingMinor: 0,
      totalMinor: 9600,
    },
  },
  "received, collected": {
    kind: "order_received",
    facts: {
      ...who,
      pickup: true,
      currency: "EUR",
      lines: [[1, "Mug", 2400, leaves]],
      shippingMinor: 0,
      totalMinor: 2400,
    },
  },
  backordered: {
    kind: "order_backordered",
    facts: {
      ...who,
      lines: [
        [1, "Mug", 3, later],
        [2, "Plate", 2],
        [1, "Cup", 1, leaves],
      ],
    },
  },
  shipped: {
    kind: "order_shipped",
    facts: {
      ...who,
      lines: [[2, "Mug", soon]],
      carrier: "UPS",
      trackingNumber: "1Z999",
      trackingUrl: "https://www.ups.com/track?num=1Z999&lang=en",
    },
  },
  "shipped in part, without tracking": {
    kind: "order_shipped",
    facts: { number, shop, lines: [[1, "Mug"]], more: true },
  },
  delivered: { kind: "order_delivered", facts: { ...who, lines: [[2, "Mug"]] } },
  cancelled: {
    kind: "order_cancelled",
    facts: { ...who, currency: "USD", lines: [[2, "Mug"]], refundedMinor: 1, refundPayableMinor: 250_000 },
  },
  "cancelled, nothing was paid": {
    kind: "order_cancelled",
    facts: { ...who, currency: "USD", lines: [[2, "Mug"]], refundedMinor: 0, refundPayableMinor: 0 },
  },
  "with markup and line breaks": {
    kind: "order_delivered",
    facts: { number: `<b>"1"</b>\r\nBcc: x`, shop: "A & B's", name: "Ada\nEve", lines: [[1, "<script>"]] },
  },
};

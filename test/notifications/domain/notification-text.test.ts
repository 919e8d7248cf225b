import { describe, expect, it } from "vitest";
import { renderNotification, reasonToSkip } from "../../../src/notifications/domain/notification-text";
import type { NotificationKind } from "../../../src/notifications/domain/notifications";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { aLine, anOrder, aPromise, aShipment } from "../../support/an-order";

const STATUS_URL = "https://shop.example/s/ord_1/signature";

const render = (kind: NotificationKind, order: Order) =>
  renderNotification({ kind, order, shipmentId: "shp_1", shopName: "The Pottery", statusUrl: STATUS_URL });

const sentInPart = anOrder({
  lines: [aLine("Mug", { ordered: 3, shipped: 2, backordered: 1 }), aLine("Plate", { shipped: 1 })],
  shipments: [
    aShipment("shp_1", [
      ["line_mug", 2],
      ["line_plate", 1],
    ]),
  ],
});

describe("renderNotification", () => {
  it("says what was ordered and what it comes to", () => {
    const order = anOrder({ lines: [aLine("Mug", { ordered: 2 })] });
    expect(render("order_received", order).subject).toBe("We have your order #1001");
    expect(render("order_received", order).text).toBe(
      `Hello Ada Lovelace,

Thank you for your order at The Pottery. Here is what we are getting ready:

- 2 × Mug: 48.00 GBP
- Shipping: 6.00 GBP

Total: 54.00 GBP

We will write again when it is on its way.

See the status of your order:
${STATUS_URL}

The Pottery
`,
    );
  });

  it("says when it comes: once for all of it, or line by line where that differs", () => {
    const later = aPromise({ deliverFromOn: "2026-12-01", deliverByOn: "2026-12-02" });
    const mug = aLine("Mug", { promise: aPromise() });
    const cup = (promise: OrderLine["promise"]) => aLine("Cup", { promise });
    const textOf = (lines: OrderLine[]) => render("order_received", anOrder({ lines })).text;
    expect(textOf([mug, cup(aPromise())])).toContain("It arrives between 26 and 27 November 2026.");
    expect(textOf([mug, cup(later)])).toContain(
      "- Mug: arrives between 26 and 27 November 2026\n- Cup: arrives between 1 and 2 December 2026",
    );
    expect(textOf([mug, cup(null)])).toMatch(/- Mug: arrives between .*\n\nWe will/);
    expect(textOf([cup(null)])).not.toMatch(/arrives|When/);
  });

  it("says when what waits is expected, and when what has left arrives", () => {
    const promise = aPromise();
    const waiting = anOrder({ lines: [aLine("Mug", { ordered: 3, backordered: 1, promise })] });
    expect(render("order_backordered", waiting).text).toContain(
      "- 1 of 3 × Mug: arrives between 26 and 27 November 2026",
    );
    const shipments = [aShipment("shp_1", [["line_mug", 1]])];
    const sent = anOrder({ lines: [aLine("Mug", { shipped: 1, promise })], shipments });
    expect(render("order_shipped", sent).text).toContain("It arrives between 26 and 27 November 2026.");
  });

  it("says what waits for stock, and nothing else", () => {
    const { text } = render("order_backordered", sentInPart);
    expect(text).toContain("- 1 of 3 × Mug");
    expect(text).not.toContain("Plate");
  });

  it("says what is in the parcel, where to follow it, and that more follows", () => {
    const { text, html } = render("order_shipped", sentInPart);
    expect(text).toContain("- 2 × Mug\n- 1 × Plate");
    expect(text).toContain("Sent with UPS 1Z999AA10123456784");
    expect(text).toContain("Track your parcel:\nhttps://www.ups.com/track?num=1Z999AA10123456784");
    expect(text).toContain("The rest follows separately");
    expect(html).toContain(
      '<a href="https://www.ups.com/track?num=1Z999AA10123456784">Track your parcel</a>',
    );
  });

  it("does not link what no browser should open", () => {
    const shipments = [aShipment("shp_1", [["line_mug", 1]], { trackingUrl: "javascript:alert(1)" })];
    const { text, html } = render("order_shipped", anOrder({ shipments }));
    expect(text + html).not.toContain("javascript:");
  });

  it("says what is paid back", () => {
    const balances = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 2500 };
    const order = anOrder({ status: "cancelled", lines: [aLine("Mug", { cancelled: 1 })], balances });
    const { text } = render("order_cancelled", order);
    expect(text).toContain("- 1 × Mug");
    expect(text).toContain("25.00 GBP will be paid back to you");
    expect(text).not.toContain("has been paid back");
  });

  it.each<NotificationKind>([
    "order_received",
    "order_backordered",
    "order_shipped",
    "order_delivered",
    "order_cancelled",
  ])("%s carries nothing in from the order but text", (kind) => {
    const evil = `<script>alert("1")</script>\r\nBcc: all@example.com`;
    const order = anOrder({
      number: evil,
      customerName: evil,
      lines: [aLine(evil, { id: "line_evil", ordered: 2, backordered: 1 })],
      shipments: [
        aShipment("shp_1", [["line_evil", 1]], { carrier: evil, trackingUrl: `https://x.example/?${evil}` }),
      ],
    });
    const { subject, text, html } = renderNotification({
      kind,
      order,
      shipmentId: "shp_1",
      shopName: evil,
      statusUrl: STATUS_URL,
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(html).not.toContain("<script");
    expect(html).not.toContain('"1"');
    expect(html).toContain("&lt;script&gt;");
  });
});

describe("reasonToSkip", () => {
  it.each<[NotificationKind, Partial<Order>, string | null]>([
    ["order_received", {}, null],
    ["order_received", { email: null }, "no email address"],
    ["order_received", { status: "cancelled" }, "the order has been cancelled since"],
    ["order_backordered", {}, "no line waits for stock any more"],
    ["order_backordered", { lines: [aLine("Mug", { backordered: 1 })] }, null],
    ["order_cancelled", { status: "cancelled" }, null],
  ])("%s of %j: %s", (kind, over, expected) => {
    expect(reasonToSkip({ kind, order: anOrder(over) })).toBe(expected);
  });
});

import { describe, expect, it } from "vitest";
import { reasonToSkip } from "../../../src/notifications/domain/notification-text";
import type { NotificationKind } from "../../../src/notifications/domain/notifications";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { aLine, anOrder, aPromise, aShipment } from "../../support/an-order";
import { renderNotification } from "../../support/render-notification";

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
  it("lists what was ordered, and the total", () => {
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

  it("gives the dates of arrival once if they are the same for all lines, or else for each line that has one", () => {
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

  it("gives the dates of arrival of backordered and of shipped lines", () => {
    const promise = aPromise();
    const waiting = anOrder({ lines: [aLine("Mug", { ordered: 3, backordered: 1, promise })] });
    expect(render("order_backordered", waiting).text).toContain(
      "- 1 of 3 × Mug: arrives between 26 and 27 November 2026",
    );
    const shipments = [aShipment("shp_1", [["line_mug", 1]])];
    const sent = anOrder({ lines: [aLine("Mug", { shipped: 1, promise })], shipments });
    expect(render("order_shipped", sent).text).toContain("It arrives between 26 and 27 November 2026.");
  });

  it("lists only the lines that wait for stock", () => {
    const { text } = render("order_backordered", sentInPart);
    expect(text).toContain("- 1 of 3 × Mug");
    expect(text).not.toContain("Plate");
  });

  it("lists the contents of the parcel, links to its tracking, and mentions that the rest follows", () => {
    const { text, html } = render("order_shipped", sentInPart);
    expect(text).toContain("- 2 × Mug\n- 1 × Plate");
    expect(text).toContain("Sent with UPS 1Z999AA10123456784");
    expect(text).toContain("Track your parcel:\nhttps://www.ups.com/track?num=1Z999AA10123456784");
    expect(text).toContain("The rest follows separately");
    expect(html).toContain(
      '<a href="https://www.ups.com/track?num=1Z999AA10123456784">Track your parcel</a>',
    );
  });

  it("has no link that is not a web address", () => {
    const shipments = [aShipment("shp_1", [["line_mug", 1]], { trackingUrl: "javascript:alert(1)" })];
    const { text, html } = render("order_shipped", anOrder({ shipments }));
    expect(text + html).not.toContain("javascript:");
  });

  it("gives the amount that will be paid back for a cancelled order", () => {
    const balances = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 2500 };
    const order = anOrder({ status: "cancelled", lines: [aLine("Mug", { cancelled: 1 })], balances });
    const { text } = render("order_cancelled", order);
    expect(text).toContain("- 1 × Mug");
    expect(text).toContain("25.00 GBP will be paid back to you");
    expect(text).not.toContain("has been paid back");
  });

  it("gives the amounts that were paid back and that will be", () => {
    const balances = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 1 };
    const order = anOrder({ status: "cancelled", refundedMinor: 2_400, balances });
    const { text } = render("order_cancelled", order);
    expect(text).toContain("24.00 GBP has been paid back to you.");
    expect(text).toContain("0.01 GBP will be paid back to you");
  });

  it("mentions no payment for a cancelled order without one", () => {
    const balances = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
    const order = anOrder({ status: "cancelled", refundedMinor: 0, balances });
    expect(render("order_cancelled", order).text).not.toContain("paid back");
  });

  it("lists no shipping that is free", () => {
    const shipping = { grossMinor: 500, discountMinor: 500, taxMinor: 0 };
    expect(render("order_received", anOrder({ shipping })).text).not.toContain("Shipping");
  });

  it("mentions no rest if all units are shipped", () => {
    const lines = [aLine("Mug", { shipped: 1 })];
    const shipments = [aShipment("shp_1", [["line_mug", 1]])];
    const { text } = render("order_shipped", anOrder({ lines, shipments }));
    expect(text).toContain("Your order is on its way:");
    expect(text).not.toContain("The rest follows");
  });

  it("names neither carrier nor tracking number of a shipment without them", () => {
    const shipments = [aShipment("shp_1", [["line_mug", 1]], { carrier: null, trackingNumber: null })];
    expect(render("order_shipped", anOrder({ shipments })).text).not.toContain("Sent with");
  });

  it("lists the contents of a delivered parcel", () => {
    const { subject, text } = render("order_delivered", sentInPart);
    expect(subject).toBe("Delivered: your order #1001");
    expect(text).toContain("- 2 × Mug\n- 1 × Plate");
  });

  it("greets a customer without a name", () => {
    expect(render("order_received", anOrder({ customerName: null })).text).toMatch(/^Hello,\n/);
  });

  it.each<NotificationKind>([
    "order_received",
    "order_backordered",
    "order_shipped",
    "order_delivered",
    "order_cancelled",
  ])("escapes text of the order in the notification %s", (kind) => {
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
  const backordered = { lines: [aLine("Mug", { backordered: 1 })] };
  type Case = Readonly<{
    kind: NotificationKind;
    of: string;
    order: Partial<Order>;
    expected: string | null;
  }>;
  it.each<Case>([
    { kind: "order_received", of: "an open order", order: {}, expected: null },
    {
      kind: "order_received",
      of: "an order without an address",
      order: { email: null },
      expected: "no email address",
    },
    {
      kind: "order_received",
      of: "a cancelled order",
      order: { status: "cancelled" },
      expected: "the order has been cancelled since",
    },
    {
      kind: "order_backordered",
      of: "an order in stock",
      order: {},
      expected: "no line waits for stock any more",
    },
    { kind: "order_backordered", of: "a backordered order", order: backordered, expected: null },
    { kind: "order_cancelled", of: "a cancelled order", order: { status: "cancelled" }, expected: null },
  ])("of $kind for $of is $expected", ({ kind, order, expected }) => {
    expect(reasonToSkip({ kind, order: anOrder(order) })).toBe(expected);
  });

  it.each([
    "ada@example.com, eve@example.com",
    "Ada <ada@example.com>",
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@exam ple.com",
    "ada",
    "@example.com",
    "ada@",
    "ada@example@com",
    " ada@example.com",
  ])("is that the address is not usable for %j", (email) => {
    expect(reasonToSkip({ kind: "order_shipped", order: anOrder({ email }) })).toBe(
      "no usable email address",
    );
  });
});

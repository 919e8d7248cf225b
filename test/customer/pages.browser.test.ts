import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publicView } from "../../src/orders/domain/order-view";
import type { Order } from "../../src/orders/domain/order";
import type { Report } from "../../src/reconciliation/domain/report";
import { OrderNotFoundPage, OrderStatusPage } from "../../src/customer/pages/order-status";
import { MailPreviewPage } from "../../src/notifications/pages/mail-preview";
import { ReconciliationPage } from "../../src/reconciliation/pages/reconciliation";
import { aLine, anOrder, aPromise, aShipment, NOON } from "../support/an-order";
import { axeViolations } from "../support/browser/axe";
import { accessibilityFaults, openBrowser } from "../support/browser/chromium";

const DAY = 86_400_000;

const partlySent = anOrder({
  lines: [
    aLine("Stoneware mug, deep blue", { id: "line_mug", ordered: 3, shipped: 2, backordered: 1 }),
    aLine("Linen tea towel", { id: "line_towel", shipped: 1, discountMinor: 300 }),
    aLine("Dinner plate", { id: "line_plate", ordered: 4, allocated: 4, promise: aPromise() }),
  ],
  shipments: [
    aShipment("shp_1", [["line_mug", 2]], { deliveredAt: NOON + 2 * DAY }),
    aShipment("shp_2", [["line_towel", 1]], { shippedAt: NOON + DAY }),
  ],
});
const cancelled = anOrder({
  status: "cancelled",
  lines: [aLine("Mug", { cancelled: 1 })],
  balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 3000 },
});
const longWords = anOrder({
  number: "N".repeat(60),
  lines: [aLine("W".repeat(200), { id: "line_w", shipped: 1, grossMinor: 123_456_789_012 })],
  shipments: [aShipment("shp_1", [["line_w", 1]], { trackingNumber: "9".repeat(80) })],
});

const aReport: Report = {
  on: "2026-11-22",
  provisional: true,
  compared: "all",
  checkedAt: NOON,
  clean: false,
  checks: [
    {
      name: "allocations",
      title: "Allocated units match the open order lines",
      counted: 1_234,
      sums: [{ name: "liabilities:goods-received-not-invoiced", amount: -123_456_789_012, currency: "USD" }],
      ok: false,
      exceptionCount: 2,
      exceptions: [
        { subject: `LAMP-BRS line_${"x".repeat(26)}`, detail: "not allocated", expected: 2, actual: 0 },
      ],
      pending: [`ship of 2 × LAMP-BRS (ord_${"x".repeat(26)}/4/0)`],
      repaired: [],
    },
  ],
};

const page = async (order: Order) => String(await OrderStatusPage({ order: publicView(order) }));

let browser: BrowserContext;
let darkBrowser: BrowserContext;
beforeAll(async () => {
  browser = await openBrowser();
  darkBrowser = await openBrowser("dark");
});
afterAll(async () => {
  await browser.close();
  await darkBrowser.close();
});

async function open(html: string, context = browser) {
  const tab = await context.newPage();
  await tab.setContent(html);
  return tab;
}

describe("the customer's page in a browser", () => {
  it("shows the status of each line and parcel", async () => {
    const tab = await open(await page(partlySent));
    const text = (await tab.locator("main").innerText()).replaceAll(/\s+/g, " ");
    for (const part of [
      "Order #1001 · placed 22 November 2026",
      "Part of your order has been sent",
      "Delivered on 24 November 2026",
      "Sent on 23 November 2026",
      "2 delivered · 1 waiting for stock",
      "There is no date for it yet",
      "Being prepared",
      "Arrives between 26 and 27 November 2026",
      "London, United Kingdom",
    ]) {
      expect(text).toContain(part);
    }
    expect(await tab.locator("[aria-current=step]").innerText()).toBe("On its way");
    expect(await tab.getByRole("link", { name: "Track parcel 2" }).getAttribute("href")).toMatch(/^https:/);
    expect(await tab.locator("script").count()).toBe(0);
  });

  it("shows what is still to be paid back for a cancelled order", async () => {
    const tab = await open(await page(cancelled));
    const text = (await tab.locator("main").innerText()).replaceAll(/\s+/g, " ");
    expect(text).toContain("Your order is cancelled");
    expect(text).toContain("Still to be paid back 30.00 GBP");
    expect(await tab.locator("[aria-current=step]").count()).toBe(0);
  });

  it("shows the first day on which an order can be collected", async () => {
    const promise = aPromise({ deliverFromOn: null, deliverByOn: null });
    const fetched = anOrder({ lines: [aLine("Mug", { promise })], pickupLocationId: "store" });
    const tab = await open(await page(fetched));
    expect(await tab.locator("main").innerText()).toContain("Can be collected from 25 November 2026");
  });
});

describe("a page on a phone, in light and in dark mode", () => {
  it.each<[string, () => Promise<string>]>([
    ["an order sent in part", () => page(partlySent)],
    ["an order being prepared", () => page(anOrder())],
    ["a cancelled order", () => page(cancelled)],
    ["an order with words longer than a phone is wide", () => page(longWords)],
    ["an unknown order", async () => String(await OrderNotFoundPage())],
    ["a reconciliation", async () => String(await ReconciliationPage({ report: aReport }))],
    [
      "the mail preview",
      async () =>
        String(
          await MailPreviewPage({
            notifications: [
              {
                id: "ntf_1",
                orderId: "ord_1",
                recipient: "ada@example.com",
                subject: "S".repeat(200),
                text: `Hello\n\n${"x".repeat(300)}`,
                status: "failed",
                problem: "422 validation_error",
                createdAt: NOON,
              },
            ],
            nextCursor: "abc",
          }),
        ),
    ],
  ])("has no accessibility faults: %s", async (_what, html) => {
    const text = await html();
    for (const context of [browser, darkBrowser]) {
      const tab = await open(text, context);
      expect(await accessibilityFaults(tab)).toEqual([]);
      expect(await axeViolations(tab)).toEqual([]);
      if (process.env.SCREENSHOTS) {
        const name = `${_what}-${context === browser ? "light" : "dark"}.png`.replaceAll(" ", "-");
        await tab.screenshot({ path: `${process.env.SCREENSHOTS}/${name}`, fullPage: true });
      }
    }
  });
});

/** The customer's signed link: the page, its JSON, wrong links, and the number of queries. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { orderIdOf, type OrderId } from "../../src/kernel/ids";
import type { Order } from "../../src/orders/domain/order";
import { statusSignature } from "../../src/orders/domain/status-link";
import { createApp } from "../../src/platform/http/app";
import { createContext } from "../../src/app-context";
import { aLine, anOrder, aPromise, aShipment } from "../support/an-order";
import { fetchWorker, unique } from "../support/api";
import { documented, fetchUnchecked } from "../support/documented";
import { storeOrder } from "../support/store-order";
import type { Env } from "../../src/env";
import { routes } from "../../src/modules";
import { countingDatabases } from "../support/databases";
import { databasesOf } from "../../src/platform/d1/databases";

const page = (id: string, signature: string) => `/s/${id}/${signature}`;
const json = (id: string, signature: string) => `/v1/public/orders/${id}/${signature}`;
const signed = (id: OrderId) => statusSignature(id, env.LINK_SIGNING_KEY);

let order: Order;
beforeAll(async () => {
  const externalId = unique("order");
  order = await storeOrder(
    anOrder({
      id: orderIdOf("web", externalId),
      externalId,
      lines: [
        aLine("Mug <script>alert(1)</script>", {
          id: "line_mug",
          ordered: 2,
          shipped: 1,
          promise: aPromise(),
        }),
      ],
      shipments: [aShipment("shp_1", [["line_mug", 1]], { trackingUrl: "javascript:alert(1)" })],
    }),
  );
});

describe("a valid link", () => {
  it("opens the page of the order", async () => {
    const response = await fetchWorker(page(order.id, signed(order.id)));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    const html = await response.text();
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    expect(html).toContain("Part of your order has been sent");
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script");
    expect(html).not.toContain("javascript:");
    expect(html).not.toContain("ada@example.com");
  });

  it("returns the same order as JSON", async () => {
    const response = await fetchWorker(json(order.id, signed(order.id)));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      number: "#1001",
      placedAt: "2026-11-22T12:00:00.000Z",
      status: "partly_sent",
      currency: "GBP",
      taxIncluded: false,
      lines: [
        {
          title: "Mug <script>alert(1)</script>",
          quantity: 2,
          amountMinor: 4000,
          units: [
            { state: "on_its_way", quantity: 1 },
            { state: "being_prepared", quantity: 1 },
          ],
          leavesByOn: "2026-11-25",
          collectFromOn: null,
          arrivesFromOn: "2026-11-26",
          arrivesByOn: "2026-11-27",
        },
      ],
      shipments: [
        {
          carrier: "UPS",
          trackingNumber: "1Z999AA10123456784",
          trackingUrl: null,
          shippedAt: "2026-11-22T12:00:00.000Z",
          deliveredAt: null,
          tracking: null,
          lines: [{ title: "Mug <script>alert(1)</script>", quantity: 1 }],
        },
      ],
      itemsMinor: 4000,
      shippingMinor: 500,
      taxMinor: 900,
      totalMinor: 5400,
      paidMinor: 5400,
      refundedMinor: 0,
      refundDueMinor: 0,
      destination: { city: "London", countryCode: "GB" },
    });
  });
});

describe("any link", () => {
  const unknown = orderIdOf("web", "an unknown order");
  const links: [string, () => [string, string]][] = [
    ["a valid one", () => [order.id, signed(order.id)]],
    ["with another order's signature", () => [order.id, signed(unknown)]],
    ["with a malformed signature", () => [order.id, "x"]],
    ["with a valid signature for an unknown order", () => [unknown, signed(unknown)]],
    ["with a malformed order id", () => ["1001", "x"]],
    ["with other characters", () => ["%00", "%F0%9F%94%91"]],
  ];

  it.each(links)("is not cached, not indexed and sends no referrer: %s", async (_what, link) => {
    for (const path of [page(...link()), json(...link())]) {
      const { headers } = await fetchWorker(path);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-robots-tag")).toBe("noindex");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  it("is answered alike, whatever is wrong with it", async () => {
    const pages = new Set<string>();
    const problems = new Set<string>();
    for (const [, link] of links.slice(1)) {
      const html = await fetchWorker(page(...link()));
      pages.add(`${html.status} ${await html.text()}`);
      const answer = await fetchWorker(json(...link()));
      const { requestId: _id, ...problem } = await answer.json<{ requestId: string }>();
      problems.add(`${answer.status} ${JSON.stringify(problem)}`);
    }
    expect(pages.size).toBe(1);
    expect([...pages][0]).toMatch(/^404 <!doctype html>/);
    expect(problems.size).toBe(1);
    expect([...problems][0]).toMatch(/^404 .*"not_found"/);
  });

  it.each<[string, number, () => [string, string]]>([
    ["that is valid", 1, () => [order.id, signed(order.id)]],
    ["with a valid signature for an unknown order", 1, () => [unknown, signed(unknown)]],
    ["with another order's signature", 0, () => [order.id, signed(unknown)]],
    ["with a malformed order id", 0, () => ["1001", "x"]],
  ])("%s needs %i queries", async (_what, expected, link) => {
    for (const path of [page(...link()), json(...link())]) {
      const { bindings: counting, roundTrips } = countingDatabases();
      const app = createApp(
        (bindings: Env, execution, actor) => ({
          ...createContext(bindings, execution, actor),
          databases: databasesOf(counting),
        }),
        routes,
      );
      const fetchApp = documented(
        async (sent) => app.fetch(sent, env, createExecutionContext()),
        fetchUnchecked,
      );
      await fetchApp(new Request(`https://aftercart.test${path}`));
      expect(roundTrips()).toBe(expected);
    }
  });
});

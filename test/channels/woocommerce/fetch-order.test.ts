/** Orders and their refunds as WooCommerce's REST API returns them. */
import { describe, expect, it } from "vitest";
import { createOrderFetcher } from "../../../src/channels/woocommerce/fetch-order";
import { fetchOf, type Responses } from "../../support/fetch-of";
import { line, payload } from "./payloads";

const connection = {
  baseUrl: "https://shop.example",
  consumerKey: "ck_0123456789",
  consumerSecret: "cs_0123456789",
};
const ORDER = "https://shop.example/wp-json/wc/v3/orders/7";
const REFUNDS = `${ORDER}/refunds?per_page=100`;

async function fetchFrom(responses: Responses) {
  const { fetch, requests } = fetchOf(responses);
  const channel = { id: "woo", currency: "EUR" };
  const fetched = await createOrderFetcher(connection, fetch)("7", { channel, fetchedAt: 0 });
  return { fetched, requests, urls: requests.map(({ url }) => url) };
}

const json =
  (value: unknown, status = 200) =>
  () =>
    Response.json(value, { status });

/** Two mugs and two plates of 10.00 + 2.10, shipping of 5.00 + 1.05. */
const order = payload({
  total: "54.45",
  line_items: [
    line({ id: 1, total_tax: "4.20" }),
    line({ id: 2, name: "Plate", sku: "PLT", total_tax: "4.20" }),
  ],
  shipping_lines: [{ id: 3, method_id: "flat_rate", total: "5.00", total_tax: "1.05" }],
});
const refunded = (...totals: string[]) => ({
  ...order,
  refunds: totals.map((total, i) => ({ id: 90 + i, reason: "", total })),
});
const refundedLine = (id: number, quantity: number, total: string, total_tax: string) => ({
  id: 100 + id,
  quantity,
  total,
  total_tax,
  meta_data: [{ id: 1, key: "_refunded_item_id", value: String(id) }],
});
const refund = (over: object = {}) => ({
  id: 90,
  date_created_gmt: "2026-11-21T09:00:00",
  amount: "0.00",
  line_items: [],
  shipping_lines: [],
  fee_lines: [],
  ...over,
});

const refundsOf = async (responses: Responses) => {
  const { fetched } = await fetchFrom(responses);
  if (!fetched.ok || fetched.value.type !== "order") throw new Error(JSON.stringify(fetched));
  return fetched.value.order.refunds;
};

describe("a fetched WooCommerce order", () => {
  it("takes one request with the keys, which follows no redirection", async () => {
    const { fetched, requests, urls } = await fetchFrom({ [ORDER]: json(order) });
    expect(urls).toEqual([ORDER]);
    expect(requests[0]!.init).toMatchObject({ method: "GET", redirect: "manual" });
    const keys = btoa(`${connection.consumerKey}:${connection.consumerSecret}`);
    expect(new Headers(requests[0]!.init.headers).get("authorization")).toBe(`Basic ${keys}`);
    expect(fetched).toMatchObject({
      value: { type: "order", order: { externalId: "7", totalMinor: 5_445, problems: [] } },
    });
  });

  it("has the units, taxes and shipping of its refunds", async () => {
    const units = refund({ line_items: [refundedLine(1, -1, "-10.00", "-2.10")] });
    const shipping = refund({ id: 91, shipping_lines: [{ total: "-5.00", total_tax: "-1.05" }] });
    const refunds = await refundsOf({
      [ORDER]: json(refunded("-12.10", "-6.05")),
      [REFUNDS]: json([shipping, units]),
    });
    expect(refunds).toEqual([
      {
        externalId: "90",
        amountMinor: 1_210,
        shippingMinor: 0,
        lines: [{ externalLineId: "1", quantity: 1, restock: "unknown" }],
        itemized: true,
        reason: null,
        at: Date.UTC(2026, 10, 21, 9),
      },
      expect.objectContaining({
        externalId: "91",
        amountMinor: 605,
        shippingMinor: 605,
        lines: [],
        itemized: true,
      }),
    ]);
  });

  it.each([
    { what: "an amount without lines", over: {}, itemized: false },
    {
      what: "an amount of a line without units",
      over: { line_items: [refundedLine(1, 0, "-10.00", "-2.10")] },
      itemized: true,
    },
    {
      what: "more than its lines, which have units",
      over: { line_items: [refundedLine(1, -1, "-5.00", "0.00")] },
      itemized: true,
    },
    {
      what: "more than its shipping",
      over: { shipping_lines: [{ total: "-5.00", total_tax: "-1.05" }] },
      itemized: false,
    },
  ])("has a refund of $what: itemized is $itemized", async ({ over, itemized }) => {
    const refunds = await refundsOf({ [ORDER]: json(refunded("-12.10")), [REFUNDS]: json([refund(over)]) });
    expect(refunds).toMatchObject([{ amountMinor: 1_210, itemized }]);
  });

  it.each([
    {
      what: "all of a fee takes it off",
      fee: { total: "-4.00", total_tax: "-0.84" },
      total: "-4.84",
      lines: ["5"],
    },
    { what: "a part of a fee", fee: { total: "-2.00", total_tax: "-0.42" }, total: "-2.42", lines: [] },
    {
      what: "a fee that the order does not have",
      fee: { total: "-4.00", total_tax: "-0.84", meta_data: [] },
      total: "-4.84",
      lines: [],
    },
  ])("has a refund of $what", async ({ fee, total, lines }) => {
    const meta_data = [{ id: 1, key: "_refunded_item_id", value: "5" }];
    const fee_lines = [{ id: 5, name: "Cash on delivery", total: "4.00", total_tax: "0.84" }];
    const refunds = await refundsOf({
      [ORDER]: json({ ...refunded(total), fee_lines, total: "59.29" }),
      [REFUNDS]: json([refund({ fee_lines: [{ meta_data, ...fee }] })]),
    });
    expect(refunds).toMatchObject([
      {
        itemized: true,
        lines: lines.map((externalLineId) => ({ externalLineId, quantity: 1, restock: "unknown" })),
      },
    ]);
  });

  it("leaves a refund without its units if the API does not list it yet", async () => {
    const refunds = await refundsOf({ [ORDER]: json(refunded("-12.10")), [REFUNDS]: json([]) });
    expect(refunds).toMatchObject([{ amountMinor: 1_210, lines: [], itemized: false }]);
  });

  it("is ignored while it is a draft", async () => {
    const { fetched } = await fetchFrom({ [ORDER]: json({ id: 7, status: "checkout-draft", total: {} }) });
    expect(fetched).toMatchObject({ value: { type: "ignored" } });
  });

  it("is returned as received if it is not as documented", async () => {
    const wrong = { ...order, total: "a lot" };
    const { fetched } = await fetchFrom({ [ORDER]: json(wrong) });
    expect(fetched).toMatchObject({
      rejection: {
        code: "order_unreadable",
        errors: [{ path: "total" }],
        response: { order: wrong, refunds: null },
      },
    });
  });
});

describe("a WooCommerce order that is not returned", () => {
  const invalidId = { code: "woocommerce_rest_shop_order_invalid_id", message: "Invalid ID." };
  it.each([
    {
      what: "is gone if the shop has no such id",
      respond: json(invalidId, 404),
      rejection: { code: "order_gone" },
    },
    {
      what: "is not gone if the API is switched off",
      respond: json({ code: "rest_no_route" }, 404),
      rejection: { code: "answer_unusable", detail: "WooCommerce answers 404" },
    },
    {
      what: "is not gone if the site has moved",
      respond: () => new Response("<html>", { status: 404 }),
      rejection: { code: "answer_unusable", detail: "WooCommerce answers 404" },
    },
    {
      what: "waits with the whole shop if the keys are wrong",
      respond: json({ code: "woocommerce_rest_cannot_view" }, 401),
      rejection: { code: "storefront_away", detail: "WooCommerce answers 401", afterMs: 0 },
    },
    {
      what: "waits as long as the host asks",
      respond: () => new Response("", { status: 429, headers: { "retry-after": "30" } }),
      rejection: { code: "storefront_away", detail: "WooCommerce answers 429", afterMs: 30_000 },
    },
    {
      what: "waits alone if PHP wrote a notice before the JSON",
      respond: () => new Response("<b>Notice</b>: {}"),
      rejection: { code: "answer_unusable", detail: "WooCommerce's answer is not JSON" },
    },
    {
      what: "waits if there is no response",
      respond: () => Promise.reject<Response>(new TypeError("fetch failed")),
      rejection: { code: "storefront_away", detail: "WooCommerce does not answer", afterMs: 0 },
    },
  ])("$what", async ({ respond, rejection }) => {
    expect((await fetchFrom({ [ORDER]: respond })).fetched).toEqual({ ok: false, rejection });
    const ofRefunds = await fetchFrom({ [ORDER]: json(refunded("-1.00")), [REFUNDS]: respond });
    expect(ofRefunds.fetched).toEqual({ ok: false, rejection });
  });
});

/** Responses as BigCommerce documents them: https://docs.bigcommerce.com/docs/rest-management/orders. */
import { describe, expect, it } from "vitest";
import { createOrderFetcher, fetchResponses } from "../../../src/channels/bigcommerce/fetch-order";
import order from "../../fixtures/bigcommerce/order.json";
import refunds from "../../fixtures/bigcommerce/refunds.json";
import transactions from "../../fixtures/bigcommerce/transactions.json";
import { fetchOf, type Responses } from "../../support/fetch-of";

const connection = {
  baseUrl: "https://api.bigcommerce.com/stores/abc123",
  accessToken: "bc_0123456789",
};
const ORDER = `${connection.baseUrl}/v2/orders/4711?include=consignments.line_items,fees&consignment_structure=object`;
const TRANSACTIONS = `${connection.baseUrl}/v3/orders/4711/transactions`;
const REFUNDS = `${connection.baseUrl}/v3/orders/4711/payment_actions/refunds`;

/** Fetches order 4711. */
async function fetchFrom(responses: Responses) {
  const { fetch, requests } = fetchOf(responses);
  const fetched = await fetchResponses(connection, fetch, "4711");
  return { fetched, requests, urls: requests.map(({ url }) => url) };
}

const complete: Responses = {
  [ORDER]: () => Response.json(order),
  [TRANSACTIONS]: () => Response.json(transactions),
  [REFUNDS]: () => Response.json(refunds),
};

describe("a fetched order", () => {
  it("takes three requests with the token, of which none follows a redirection", async () => {
    const { fetched, requests, urls } = await fetchFrom(complete);
    expect(fetched).toEqual({
      ok: true,
      value: { order, products: null, transactions, refunds, shipments: null },
    });
    expect(urls).toEqual([ORDER, TRANSACTIONS, REFUNDS]);
    for (const { init } of requests) {
      expect(new Headers(init.headers).get("x-auth-token")).toBe("bc_0123456789");
      expect([init.method ?? "GET", init.redirect]).toEqual(["GET", "manual"]);
      expect(init.signal).toBeInstanceOf(AbortSignal);
    }
  });

  it("takes one request if it is not placed yet", async () => {
    const { fetched, urls } = await fetchFrom({ [ORDER]: () => Response.json({ ...order, status_id: 0 }) });
    expect([fetched.ok, urls]).toEqual([true, [ORDER]]);
  });

  it("has no transactions and no refunds if the responses are empty", async () => {
    const { fetched } = await fetchFrom({
      ...complete,
      [TRANSACTIONS]: () => new Response(null, { status: 204 }),
      [REFUNDS]: () => Response.json({ status: 404 }, { status: 404 }),
    });
    expect(fetched).toMatchObject({ ok: true, value: { transactions: null, refunds: null } });
  });

  it("has its products fetched page by page if the order may not have all of them", async () => {
    const [consignment] = order.consignments.shipping;
    const product = consignment!.line_items[0]!;
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ ...product, id: i + 1 }));
    const withLines = (lines: unknown) => () =>
      Response.json({ ...order, consignments: { shipping: [{ ...consignment, line_items: lines }] } });
    const page = (number: number) => `${connection.baseUrl}/v2/orders/4711/products?limit=250&page=${number}`;
    const link = { url: "https://api.bigcommerce.com/…", resource: "/orders/4711/products/81" };
    for (const { lines, count } of [
      { lines: many(50), count: 251 },
      { lines: [], count: 3 },
      { lines: [link], count: 2 },
    ]) {
      const all = many(count);
      const { fetched } = await fetchFrom({
        ...complete,
        [ORDER]: withLines(lines),
        [page(1)]: () => Response.json(all.slice(0, 250)),
        [page(2)]: () => Response.json(all.slice(250)),
      });
      expect(fetched.ok && fetched.value.products).toEqual(all);
    }
    const { fetched } = await fetchFrom({ ...complete, [ORDER]: withLines(many(49)) });
    expect(fetched.ok && fetched.value.products).toBeNull();
  });

  it("has its shipments fetched if it may have some", async () => {
    const shipments = `${connection.baseUrl}/v2/orders/4711/shipments?limit=250&page=1`;
    for (const over of [{ status_id: 3 }, { items_shipped: 1 }, { status_id: 2, items_shipped: "0" }]) {
      const { fetched, urls } = await fetchFrom({
        ...complete,
        [ORDER]: () => Response.json({ ...order, ...over }),
        [shipments]: () => Response.json([{ id: 1 }]),
      });
      expect(urls).toEqual([ORDER, TRANSACTIONS, REFUNDS, shipments]);
      expect(fetched).toMatchObject({ ok: true, value: { shipments: [{ id: 1 }] } });
    }
  });

  it("is gone if the store does not have it", async () => {
    const none = () => Response.json([{ status: 404, message: "not found" }], { status: 404 });
    const { fetched, urls } = await fetchFrom({ [ORDER]: none });
    expect([fetched, urls]).toEqual([{ ok: false, rejection: { code: "order_gone" } }, [ORDER]]);
  });

  it("is read, or returned as received if it is not as documented", async () => {
    const channel = { id: "bc", currency: "USD" };
    const read = (responses: Responses) =>
      createOrderFetcher(connection, fetchOf(responses).fetch)("4711", { channel, fetchedAt: 0 });
    expect(await read(complete)).toMatchObject({
      ok: true,
      value: { type: "order", order: { externalId: "4711" } },
    });
    const wrong = { ...order, total_inc_tax: "a lot" };
    expect(await read({ ...complete, [ORDER]: () => Response.json(wrong) })).toMatchObject({
      ok: false,
      rejection: {
        code: "order_unreadable",
        errors: [{ path: "total_inc_tax" }],
        response: { order: wrong, products: null, transactions, refunds, shipments: null },
      },
    });
  });
});

describe("an order that cannot be fetched now", () => {
  const resetIn = (ms: string) => ({ "x-rate-limit-time-reset-ms": ms });
  const responding =
    (status: number, headers: HeadersInit = {}) =>
    () =>
      new Response(JSON.stringify({ title: "about ada@example.com" }), { status, headers });
  const noResponse = () => Promise.reject<Response>(new TypeError("fetch failed"));

  it.each([
    { what: "503", respond: responding(503), problem: "answers 503", afterMs: 0 },
    { what: "401", respond: responding(401), problem: "answers 401", afterMs: 0 },
    { what: "403", respond: responding(403), problem: "answers 403", afterMs: 0 },
    { what: "429", respond: responding(429), problem: "answers 429", afterMs: 0 },
    {
      what: "429 with a wait of 15 s",
      respond: responding(429, resetIn("15000")),
      problem: "answers 429",
      afterMs: 15_000,
    },
    {
      what: "429 with a wait of a year",
      respond: responding(429, resetIn("3e10")),
      problem: "answers 429",
      afterMs: 900_000,
    },
    {
      what: "429 with a wait that is not a number",
      respond: responding(429, resetIn("soon")),
      problem: "answers 429",
      afterMs: 0,
    },
    { what: "no response", respond: noResponse, problem: "does not answer", afterMs: 0 },
  ])(
    "after $what waits with all orders of the store, and quotes no response",
    async ({ respond, problem, afterMs }) => {
      const rejection = { code: "storefront_away", detail: `BigCommerce ${problem}`, afterMs };
      for (const url of [ORDER, TRANSACTIONS, REFUNDS]) {
        expect((await fetchFrom({ ...complete, [url]: respond })).fetched).toEqual({ ok: false, rejection });
      }
    },
  );

  it.each([
    { what: "500", respond: responding(500), detail: "BigCommerce answers 500" },
    { what: "422", respond: responding(422), detail: "BigCommerce answers 422" },
    {
      what: "a redirection",
      respond: responding(302, { location: "https://evil.example/" }),
      detail: "BigCommerce answers 302",
    },
    {
      what: "a response that is not JSON",
      respond: () => new Response("<html>"),
      detail: "BigCommerce's answer is not JSON",
    },
  ])("after $what waits alone", async ({ respond, detail }) => {
    const rejection = { code: "answer_unusable", detail };
    for (const url of [ORDER, TRANSACTIONS, REFUNDS]) {
      expect((await fetchFrom({ ...complete, [url]: respond })).fetched).toEqual({ ok: false, rejection });
    }
  });
});

/** Answers as BigCommerce documents them: https://docs.bigcommerce.com/docs/rest-management/orders. */
import { describe, expect, it } from "vitest";
import { createBigCommerceOrders } from "../../../src/channels/bigcommerce/api";
import order from "../../fixtures/bigcommerce/order.json";
import refunds from "../../fixtures/bigcommerce/refunds.json";
import transactions from "../../fixtures/bigcommerce/transactions.json";

const connection = {
  kind: "bigcommerce",
  baseUrl: "https://api.bigcommerce.com/stores/abc123",
  accessToken: "bc_0123456789",
} as const;
const AT = `${connection.baseUrl}/v2/orders/4711?include=consignments.line_items,fees&consignment_structure=object`;
const TRANSACTIONS = `${connection.baseUrl}/v3/orders/4711/transactions`;
const REFUNDS = `${connection.baseUrl}/v3/orders/4711/payment_actions/refunds`;

type Answers = Readonly<Record<string, () => Response | Promise<Response>>>;

/** Asks for order 4711, each address answered as given. */
async function ask(answers: Answers) {
  const requests: { url: string; init: RequestInit }[] = [];
  const fetchOrder = createBigCommerceOrders({
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      requests.push({ url, init: init ?? {} });
      const answer = answers[url];
      if (!answer) throw new Error(`nobody asked for ${url}`);
      return answer();
    },
  });
  const fetched = await fetchOrder(connection, "4711");
  return { fetched, requests, urls: requests.map(({ url }) => url) };
}

const whole: Answers = {
  [AT]: () => Response.json(order),
  [TRANSACTIONS]: () => Response.json(transactions),
  [REFUNDS]: () => Response.json(refunds),
};

describe("an order asked of BigCommerce", () => {
  it("comes in three requests, as the token's owner, and is sent on to nobody", async () => {
    const { fetched, requests, urls } = await ask(whole);
    expect(fetched).toEqual({ ok: true, value: { order, products: null, transactions, refunds } });
    expect(urls).toEqual([AT, TRANSACTIONS, REFUNDS]);
    for (const { init } of requests) {
      expect(new Headers(init.headers).get("x-auth-token")).toBe("bc_0123456789");
      expect([init.method ?? "GET", init.redirect]).toEqual(["GET", "manual"]);
      expect(init.signal).toBeInstanceOf(AbortSignal);
    }
  });

  it("that nobody has placed yet is asked no more of", async () => {
    const { fetched, urls } = await ask({ [AT]: () => Response.json({ ...order, status_id: 0 }) });
    expect([fetched.ok, urls]).toEqual([true, [AT]]);
  });

  it("has no transactions and no refunds where the answer is that there is nothing", async () => {
    const { fetched } = await ask({
      ...whole,
      [TRANSACTIONS]: () => new Response(null, { status: 204 }),
      [REFUNDS]: () => Response.json({ status: 404 }, { status: 404 }),
    });
    expect(fetched).toMatchObject({ ok: true, value: { transactions: null, refunds: null } });
  });

  it("has its products read page by page, where its answer may not hold them all", async () => {
    const [consignment] = order.consignments.shipping;
    const product = consignment!.line_items[0]!;
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ ...product, id: i + 1 }));
    const withLines = (lines: unknown) => () =>
      Response.json({ ...order, consignments: { shipping: [{ ...consignment, line_items: lines }] } });
    const page = (number: number) => `${connection.baseUrl}/v2/orders/4711/products?limit=250&page=${number}`;
    const cases: [unknown, number[]][] = [
      [many(50), [251]],
      [[], [3]],
      [[{ url: "https://api.bigcommerce.com/…", resource: "/orders/4711/products/81" }], [2]],
    ];
    for (const [lines, [count]] of cases) {
      const all = many(count!);
      const { fetched } = await ask({
        ...whole,
        [AT]: withLines(lines),
        [page(1)]: () => Response.json(all.slice(0, 250)),
        [page(2)]: () => Response.json(all.slice(250)),
      });
      expect(fetched.ok && fetched.value.products).toEqual(all);
    }
    const { fetched } = await ask({ ...whole, [AT]: withLines(many(49)) });
    expect(fetched.ok && fetched.value.products).toBeNull();
  });

  it("is gone where there is none", async () => {
    const none = () => Response.json([{ status: 404, message: "not found" }], { status: 404 });
    const { fetched, urls } = await ask({ [AT]: none });
    expect([fetched, urls]).toEqual([{ ok: false, rejection: { code: "order_gone" } }, [AT]]);
  });
});

describe("a store that does not answer now", () => {
  const resetIn = (ms: string) => ({ "x-rate-limit-time-reset-ms": ms });
  const answering =
    (status: number, headers: HeadersInit = {}) =>
    () =>
      new Response(JSON.stringify({ title: "about ada@example.com" }), { status, headers });

  it.each<[string, () => Response | Promise<Response>, string, number]>([
    ["503", answering(503), "answers 503", 0],
    ["401", answering(401), "answers 401", 0],
    ["403", answering(403), "answers 403", 0],
    ["429", answering(429), "answers 429", 0],
    ["429, and when to come again", answering(429, resetIn("15000")), "answers 429", 15_000],
    ["429, and to come again next year", answering(429, resetIn("3e10")), "answers 429", 900_000],
    ["429, and nonsense", answering(429, resetIn("soon")), "answers 429", 0],
    ["nothing", () => Promise.reject(new TypeError("fetch failed")), "does not answer", 0],
  ])("but answers %s is asked again later, and not quoted", async (_what, answer, what, afterMs) => {
    const rejection = { code: "storefront_away", detail: `BigCommerce ${what}`, afterMs };
    for (const url of [AT, TRANSACTIONS, REFUNDS]) {
      expect((await ask({ ...whole, [url]: answer })).fetched).toEqual({ ok: false, rejection });
    }
  });

  it.each<[string, () => Response, string]>([
    ["500", answering(500), "500"],
    ["422", answering(422), "422"],
    ["a redirection", answering(302, { location: "https://evil.example/" }), "302"],
    ["what is no JSON", () => new Response("<html>"), "what is no JSON"],
  ])("with %s for this order alone is asked for it again later", async (_what, answer, what) => {
    const rejection = { code: "answer_unusable", detail: `BigCommerce answers ${what}` };
    for (const url of [AT, TRANSACTIONS, REFUNDS]) {
      expect((await ask({ ...whole, [url]: answer })).fetched).toEqual({ ok: false, rejection });
    }
  });
});

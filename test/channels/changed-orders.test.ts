/** The orders that changed, as each storefront's API lists them. */
import { describe, expect, it } from "vitest";
import { createChangeLister as bigCommerce } from "../../src/channels/bigcommerce/list-changed";
import type { Fetch } from "../../src/channels/storefront-adapter";
import { createChangeLister as wooCommerce } from "../../src/channels/woocommerce/list-changed";

/** A `fetch` with these responses, one after the other. */
function fetchOf(...responses: Response[]) {
  const requests: { url: URL; headers: Headers }[] = [];
  const fetch: Fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    requests.push({ url: new URL(url), headers: new Headers(init?.headers) });
    return responses.shift() ?? Response.error();
  };
  return { fetch, requests };
}

const since = Date.UTC(2026, 10, 20, 10, 0, 0);

describe("WooCommerce", () => {
  const connection = { baseUrl: "https://shop.example", consumerKey: "ck_1", consumerSecret: "cs_1" };
  const order = (id: number, second: number) => ({
    id,
    date_modified_gmt: new Date(since + second * 1_000).toISOString().slice(0, 19),
  });

  it("lists by the time of change, and then the trash", async () => {
    const full = Array.from({ length: 100 }, (_, i) => order(i + 1, i));
    const { fetch, requests } = fetchOf(
      Response.json(full),
      Response.json([order(100, 99), order(101, 200)]),
      Response.json([order(9, 5)]),
    );
    const list = wooCommerce(connection, fetch);
    const pages = [];
    for (let cursor: string | null = null; ;) {
      const page = await list(since, cursor);
      if (!page.ok) throw new Error(page.rejection.detail);
      pages.push(page.value.externalIds.length);
      cursor = page.value.cursor;
      if (cursor === null) break;
    }
    expect(pages).toEqual([100, 2, 1]);
    expect(requests[0]!.headers.get("authorization")).toBe(`Basic ${btoa("ck_1:cs_1")}`);
    expect(requests[0]!.url.pathname).toBe("/wp-json/wc/v3/orders");
    expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toMatchObject([
      {
        status: "any",
        modified_after: "2026-11-20T09:59:59",
        dates_are_gmt: "true",
        orderby: "modified",
        order: "asc",
        per_page: "100",
        page: "1",
      },
      { status: "any", modified_after: "2026-11-20T10:01:38", page: "1" },
      { status: "trash", modified_after: "2026-11-20T09:59:59", page: "1" },
    ]);
  });

  it.each([
    { status: 400, rejection: { code: "refused", detail: "the storefront answers 400" } },
    { status: 503, rejection: { code: "away", detail: "the storefront answers 503" } },
  ])("is not listed if it answers $status", async ({ status, rejection }) => {
    const { fetch } = fetchOf(new Response("", { status }));
    expect(await wooCommerce(connection, fetch)(since, null)).toMatchObject({ ok: false, rejection });
  });

  it("is not listed if the answer is not a list of orders", async () => {
    const { fetch } = fetchOf(Response.json({ code: "rest_no_route" }));
    expect(await wooCommerce(connection, fetch)(since, null)).toMatchObject({ rejection: { code: "away" } });
  });
});

describe("BigCommerce", () => {
  const connection = { baseUrl: "https://api.bigcommerce.com/stores/abc123", accessToken: "bc_1" };

  it("lists by the time of change, then what was archived; nothing is 204", async () => {
    const changed = { id: 4711, date_modified: "Fri, 20 Nov 2026 10:00:05 +0000" };
    const { fetch, requests } = fetchOf(Response.json([changed]), new Response(null, { status: 204 }));
    const list = bigCommerce(connection, fetch);
    const first = await list(since, null);
    expect(first).toMatchObject({ value: { externalIds: ["4711"] } });
    const second = await list(since, first.ok ? first.value.cursor : null);
    expect(second).toEqual({ ok: true, value: { externalIds: [], cursor: null } });
    expect(requests[0]!.headers.get("x-auth-token")).toBe("bc_1");
    expect(requests[0]!.url.pathname).toBe("/stores/abc123/v2/orders");
    expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toMatchObject([
      {
        is_deleted: "false",
        min_date_modified: "2026-11-20T09:59:59.000+00:00",
        sort: "date_modified:asc",
        limit: "250",
        page: "1",
      },
      { is_deleted: "true", min_date_modified: "2026-11-20T09:59:59.000+00:00" },
    ]);
  });
});

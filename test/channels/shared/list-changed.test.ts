/** Lists of changed orders, read from a store that changes meanwhile. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createListChanged, type ChangedOrder } from "../../../src/channels/shared/list-changed";
import { accept } from "../../../src/kernel/result";

const PAGE_SIZE = 3;

/** Orders with the second of their last change; `onRequest` may change them. */
function storeOf(seconds: Record<string, number>, onRequest: (request: number) => void = () => undefined) {
  let requests = 0;
  const list = createListChanged({
    parts: 1,
    pageSize: PAGE_SIZE,
    fetchPage: async ({ since, page }) => {
      const sorted = Object.entries(seconds)
        .map(([externalId, second]): ChangedOrder => ({ externalId, modifiedAt: second * 1_000 }))
        .filter(({ modifiedAt }) => modifiedAt! >= since)
        .toSorted((a, b) => a.modifiedAt! - b.modifiedAt! || a.externalId.localeCompare(b.externalId));
      onRequest(++requests);
      return accept(sorted.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE));
    },
  });
  const all = async (since: number) => {
    const found: string[] = [];
    for (let cursor: string | null = null; ;) {
      const page = await list(since * 1_000, cursor);
      if (!page.ok) throw new Error(page.rejection.detail);
      found.push(...page.value.externalIds);
      cursor = page.value.cursor;
      if (cursor === null) return { found: new Set(found), requests };
    }
  };
  return { list, all };
}

it("has every order that changed since, however many changed in one second", async () => {
  const second = fc.integer({ min: 0, max: 6 });
  const orders = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), second, { maxKeys: 40 });
  await fc.assert(
    fc.asyncProperty(orders, second, async (seconds, since) => {
      const { found } = await storeOf(seconds).all(since);
      const expected = Object.keys(seconds).filter((id) => seconds[id]! >= since);
      expect([...found].toSorted()).toEqual(expected.toSorted());
    }),
  );
});

it("leaves out no order when another changes between two pages", async () => {
  const seconds: Record<string, number> = { a: 1, b: 2, c: 3, d: 4, e: 5 };
  // `a` was on the first page, and moves to the end: with pages by number, `d` would move up to the first.
  const { all } = storeOf(seconds, (request) => {
    if (request === 1) seconds.a = 9;
  });
  expect([...(await all(0)).found].toSorted()).toEqual(["a", "b", "c", "d", "e"]);
});

it("refuses a cursor that it has not returned", async () => {
  expect(await storeOf({}).list(0, "1; DROP TABLE")).toMatchObject({ rejection: { code: "refused" } });
});

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import { postStockMovement } from "../../src/inventory/post-movement";
import type { JournalEntry } from "../../src/ledger/domain/journal-entry";
import { createContext } from "../../src/app-context";
import { insertEntryOnce } from "../../src/ledger/storage/journal";
import { callerWith, fetchWorker, makeKey, unique } from "../support/api";

type Listed = Readonly<{ postedOn: string; id: string }>;
type Held = Readonly<{ account: string; balanceMinor: number }>;

/** An entry of 5.00 between two accounts. */
const entryOn = (postedOn: string, over: Partial<JournalEntry> = {}): JournalEntry => ({
  postedOn,
  id: unique("MUG/po"),
  orderId: null,
  at: Date.parse(`${postedOn}T12:00:00Z`),
  description: "Stock received: MUG",
  postings: [
    { account: "assets:inventory", amountMinor: 500, currency: "USD" },
    { account: "liabilities:goods-received-not-invoiced", amountMinor: -500, currency: "USD" },
  ],
  ...over,
});

const post = (entry: JournalEntry) => insertEntryOnce(env.DB, entry, entry.postedOn);

describe("the journal", () => {
  it("has one entry for a stock movement, though its event is delivered several times and concurrently", async () => {
    const context = createContext(env, createExecutionContext(), "test");
    const id = unique("MUG/po");
    const movement = { ref: "po", locationId: "reno", quantity: 3, valueMinor: 900, reason: null } as const;
    const event = {
      type: "stock.moved",
      id,
      movement: { ...movement, kind: "receive", at: Date.UTC(2020, 0, 1, 12) },
    } as const;
    await Promise.all([1, 2, 3].map(() => postStockMovement(context, "MUG", event)));
    await postStockMovement(context, "MUG", event);

    const call = await callerWith("reports:read");
    const { body } = await call("GET", "/v1/journal?from=2020-01-01&to=2020-01-01");
    expect(body["items"]).toMatchObject([
      {
        id,
        orderId: null,
        postings: [
          { account: "assets:inventory", amountMinor: 900, currency: "USD" },
          { account: "liabilities:goods-received-not-invoiced", amountMinor: -900, currency: "USD" },
        ],
      },
    ]);
  });

  it("rejects an entry that does not balance, and any change of a stored entry", async () => {
    const entry = entryOn("2020-01-02");
    const [first, second] = entry.postings;
    const wrong = { ...second!, amountMinor: second!.amountMinor + 1 };
    await expect(post({ ...entry, postings: [first!, wrong] })).rejects.toThrow("journal_entry_unbalanced");
    await expect(post({ ...entry, postings: [first!, first!] })).rejects.toThrow("one posting an account");
    await post(entry);
    const change = env.DB.prepare("UPDATE journal_entries SET description = 'x' WHERE id = ?").bind(entry.id);
    await expect(change.run()).rejects.toThrow("journal_entry_is_final");
  });

  it("lists each entry of a range of days once, whatever the size of a page", async () => {
    const days = ["2020-02-01", "2020-02-02", "2020-02-02", "2020-02-03", "2020-02-03"];
    const entries = days.map((on) => entryOn(on));
    for (const entry of entries) await post(entry);
    await post(entryOn("2020-01-31"));
    await post(entryOn("2020-02-04"));

    const call = await callerWith("reports:read");
    const found: string[] = [];
    let cursor: string | null = "";
    for (let page = 0; cursor !== null && page < 9; page += 1) {
      const after: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await call("GET", `/v1/journal?from=2020-02-01&to=2020-02-03&limit=2${after}`);
      found.push(...body["items"].map(({ postedOn, id }: Listed) => `${postedOn} ${id}`));
      cursor = body["nextCursor"];
    }
    expect(found).toEqual(entries.map(({ postedOn, id }) => `${postedOn} ${id}`).toSorted());
  });

  it("is exported for hledger, which accepts it", async () => {
    await post(entryOn("2020-03-01", { description: "An odd ; (name) | here" }));
    const { token } = await makeKey("reports:read");
    const authorization = `Bearer ${token}`;
    const path = "/v1/journal?from=2020-03-01&to=2020-03-31";
    const byAccept = await fetchWorker(path, { headers: { authorization, accept: "text/plain" } });
    const byFormat = await fetchWorker(`${path}&format=hledger`, { headers: { authorization } });
    const text = await byAccept.text();
    expect(byAccept.headers.get("content-type")).toMatch("text/plain");
    expect(await byFormat.text()).toBe(text);
    expect(text).toContain("5.00 USD");
    const checked = await fetch(inject("hledgerUrl"), { method: "POST", body: text });
    expect([checked.status, await checked.text()]).toEqual([200, ""]);
  });

  it.each([
    { name: "an end before its start", query: "from=2020-01-02&to=2020-01-01", path: "to" },
    { name: "more than 92 days", query: "from=2020-01-01&to=2020-04-02", path: "to" },
    { name: "a day that does not exist", query: "from=2020-02-30&to=2020-03-01", path: "from" },
    {
      name: "a cursor of another list",
      query: "from=2020-01-01&to=2020-01-02&cursor=MjAxOQ",
      path: "cursor",
    },
  ])("rejects a range with $name", async ({ query, path }) => {
    const call = await callerWith("reports:read");
    const { status, body } = await call("GET", `/v1/journal?${query}`);
    expect([status, body["errors"][0].path]).toEqual([422, path]);
  });

  it("adds up the accounts at the end of any day", async () => {
    const call = await callerWith("reports:read");
    const inventoryOn = async (on: string) => {
      const { body } = await call("GET", `/v1/trial-balance?on=${on}`);
      expect(body["balanced"]).toBe(true);
      const found = body["balances"].find(({ account }: Held) => account === "assets:inventory");
      return found?.balanceMinor ?? 0;
    };
    const before = await inventoryOn("2021-06-01");
    await post(entryOn("2021-06-01"));
    await post(entryOn("2021-06-02"));
    expect(await inventoryOn("2021-05-31")).toBe(before);
    expect(await inventoryOn("2021-06-01")).toBe(before + 500);
    expect(await inventoryOn("2021-06-02")).toBe(before + 1_000);
  });

  it("is readable with the scope reports:read only", async () => {
    const call = await callerWith("orders:read");
    expect((await call("GET", "/v1/journal?from=2020-01-01&to=2020-01-01")).status).toBe(403);
    expect((await fetchWorker("/v1/trial-balance")).status).toBe(401);
  });
});

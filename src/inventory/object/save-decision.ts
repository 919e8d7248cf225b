/** Writes a decision with its consequences: allocations beyond what is on hand are cut, then backorders are filled. */
import type { Holder } from "../domain/allocation-request";
import { fillBackorders } from "../domain/backorders";
import { cutLatest, overallocated } from "../domain/overallocation";
import { freeUnits, type Stock } from "../domain/sku-stock";
import { latestHolders, waitingHolders, type Waiting } from "./holder-queries";
import { loadHoldings } from "./holding-row";
import { loadStock } from "./load-stock";
import { saveStock } from "./save-stock";

const QUEUE_PAGE = 200;

/** `at`: when the decision was made, for its events; `now`: when the events may be sent. */
export function saveDecision(
  sql: SqlStorage,
  before: Stock | null,
  after: Stock,
  { at, now }: Readonly<{ at: number; now: number }>,
): void {
  let [stored, next] = [before, after];
  for (const { locationId, units } of overallocated(after)) {
    const latest = loadHoldings(sql, latestHolders(sql, locationId, units, new Set(next.holdings.keys())));
    stored = stored && withHoldings(stored, latest);
    next = cutLatest(withHoldings(next, latest), locationId, units, at);
  }
  saveStock(sql, stored, next, now);
  fillQueue(sql, at, now);
}

const withHoldings = (stock: Stock, more: Stock["holdings"]): Stock => ({
  ...stock,
  holdings: new Map([...stock.holdings, ...more]),
});

/** Fills the queue page by page, until no unit is free or no holder is left. */
function fillQueue(sql: SqlStorage, at: number, now: number): void {
  let after: Waiting | null = null;
  for (;;) {
    const stock = loadStock(sql, []);
    const free = stock === null ? 0 : [...freeUnits(stock).values()].reduce((sum, units) => sum + units, 0);
    if (stock === null || free === 0) return;
    const page: Waiting[] = waitingHolders(sql, { free, after, limit: QUEUE_PAGE });
    const holders: Holder[] = page.map(({ holder }) => holder);
    const waiting = { ...stock, holdings: loadHoldings(sql, holders) };
    saveStock(sql, waiting, fillBackorders(waiting, at), now);
    if (page.length < QUEUE_PAGE) return;
    after = page.at(-1) ?? null;
  }
}

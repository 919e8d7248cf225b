/** Writes a decision together with what follows from it: first whose allocations are cut, then whose backorders are filled. */
import { freeUnits, type Stock } from "../domain/sku-stock";
import { cutNewest, fillWaiting, overallocated } from "../domain/stock-settling";
import { newestHolders, waitingHolders, type Waiting } from "./queries";
import { loadHoldings, loadStock, saveStock } from "./tables";

const PAGE = 200;

/** `at` is when it happened, `now` when its events may be sent. */
export function saveSettled(
  sql: SqlStorage,
  before: Stock | null,
  after: Stock,
  { at, now }: Readonly<{ at: number; now: number }>,
): void {
  let [loaded, settled] = [before, after];
  for (const { locationId, units } of overallocated(after)) {
    const newest = newestHolders(sql, locationId, units, new Set(settled.holdings.keys()));
    const holdings = loadHoldings(sql, newest);
    loaded = loaded && { ...loaded, holdings: new Map([...loaded.holdings, ...holdings]) };
    settled = { ...settled, holdings: new Map([...settled.holdings, ...holdings]) };
    settled = cutNewest(settled, locationId, units, at);
  }
  saveStock(sql, loaded, settled, now);
  fillBackorders(sql, at, now);
}

/** Page by page down the queue, until nobody waits whom what is still free could serve. */
function fillBackorders(sql: SqlStorage, at: number, now: number): void {
  let after: Waiting | null = null;
  for (;;) {
    const stock = loadStock(sql, []);
    const free = stock === null ? 0 : [...freeUnits(stock).values()].reduce((sum, units) => sum + units, 0);
    if (stock === null || free === 0) return;
    const page: Waiting[] = waitingHolders(sql, { free, after, limit: PAGE });
    const holdings = loadHoldings(
      sql,
      page.map(({ holder }) => holder),
    );
    const waiting = { ...stock, holdings };
    saveStock(sql, waiting, fillWaiting(waiting, at), now);
    if (page.length < PAGE) return;
    after = page.at(-1) ?? null;
  }
}

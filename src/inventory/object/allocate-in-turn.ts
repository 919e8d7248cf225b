/** Decides allocation requests one after the other, and writes what consecutive new holders get in one piece. */
import { accept, reject, type Result } from "../../kernel/result";
import { allocateStock, foldedResult } from "../domain/allocate-stock";
import type {
  AllocationRejection,
  AllocationRequest,
  AllocationResult,
  Holder,
} from "../domain/allocation-request";
import { mayRepeatFolded } from "../domain/checkpoint";
import type { Stock } from "../domain/sku-stock";
import { loadStock } from "./load-stock";
import { saveDecision } from "./save-decision";
import { saveStock } from "./save-stock";
import { freshPrices } from "./stock-prices";

export type Allocated = Result<AllocationResult, AllocationRejection>;

/** `stored`: order lines that were looked up and have units, so that their holding was folded; null: not looked up. */
export type AllocationCall = Readonly<{
  sku: string;
  request: AllocationRequest;
  stored: ReadonlySet<Holder> | null;
}>;

/**
 * The answers in the order of the calls; null if the order must be looked up first. A rejected request changes nothing.
 * Must run in a transaction.
 */
export function allocateInTurn(
  sql: SqlStorage,
  calls: readonly AllocationCall[],
  now: number,
): (Allocated | null)[] {
  const holders = calls.flatMap(({ request }) => [request.holder, ...request.takesOver]);
  const loaded = loadStock(sql, holders);
  if (loaded === null) return calls.map(({ sku }) => reject({ code: "unknown_sku", sku }));
  const answers: (Allocated | null)[] = [];
  let [written, stock]: [Stock, Stock] = [loaded, loaded];
  for (const { request, stored } of calls) {
    const answer = answerTo(stock, request, stored);
    if (answer === null || !answer.ok) {
      answers.push(answer);
      continue;
    }
    const { after, value } = answer.value;
    answers.push(accept({ ...value, ...freshPrices(sql, request.now) }));
    // A new holding frees no units, so no backorder can be filled. What holds units already may free some.
    const isNew = [request.holder, ...request.takesOver].every((holder) => !loaded.holdings.has(holder));
    if (isNew) {
      stock = after;
      continue;
    }
    saveStock(sql, written, stock, now);
    saveDecision(sql, stock, after, { at: request.now, now });
    const reloaded = loadStock(sql, holders);
    if (reloaded === null) throw new Error("a SKU never loses its facts");
    [written, stock] = [reloaded, reloaded];
  }
  saveStock(sql, written, stock, now);
  return answers;
}

type Decided = Result<Readonly<{ after: Stock; value: AllocationResult }>, AllocationRejection>;

function answerTo(
  stock: Stock,
  request: AllocationRequest,
  stored: ReadonlySet<Holder> | null,
): Decided | null {
  if (mayRepeatFolded(stock, request)) {
    if (stored === null) return null;
    if (stored.has(request.holder)) return accept({ after: stock, value: foldedResult(stock, request) });
  }
  const decided = allocateStock(stock, request);
  return decided.ok ? accept({ after: decided.value.stock, value: decided.value.value }) : decided;
}

/**
 * A year of orders through one SKU's object: how large its database becomes, and what an allocation costs then. The
 * object's own code allocates, ships and folds, on a clock that is set: `npm run bench:sku-history`, or
 * `-- --orders 100000`.
 */
import { parseArgs } from "node:util";
import { startPlatform } from "./platform.ts";

/** Orders from `from` on, before `to`. */
export type Sales = Readonly<{ from: number; to: number; everyMs: number }>;

export type SkuSize = Readonly<{
  orders: number;
  rowsRead: number;
  rowsWritten: number;
  megabytes: number;
  holdings: number;
  movements: number;
  folded: number;
  isExact: boolean;
}>;

const { values } = parseArgs({ options: { orders: { type: "string", default: "1000000" } } });
const ORDERS = Number(values.orders);
const YEAR_MS = 365 * 24 * 3_600_000;
const A_CALL = 2_000;

const platform = await startPlatform({ worker: "sku-history", consumers: false });
try {
  const everyMs = Math.round(YEAR_MS / ORDERS);
  const marks = new Set([ORDERS / 100, ORDERS / 10, ORDERS / 2, ORDERS].map(Math.round));
  const startedAt = Date.now();
  console.log(`${ORDERS} orders in a year through one SKU; history is kept as wrangler.toml sets it\n`);
  console.log("   orders  rows read  written     MB  holdings  movements   folded  exact  seconds");
  for (let from = 0; from < ORDERS;) {
    const to = Math.min(from + A_CALL, nextOf(marks, from));
    const sales: Sales = { from, to, everyMs };
    const reply = await fetch(platform.aftercart.url, { method: "POST", body: JSON.stringify({ sales }) });
    if (!reply.ok) throw new Error(await reply.text());
    const size: SkuSize = await reply.json();
    // Counting allocates one order, which is the next one.
    if (marks.has(to)) console.log(lineOf(size, (Date.now() - startedAt) / 1_000));
    from = to + 1;
  }
} finally {
  await platform.stop();
}

function nextOf(marks: ReadonlySet<number>, from: number): number {
  return Math.min(...[...marks].filter((mark) => mark >= from));
}

function lineOf(size: SkuSize, seconds: number): string {
  const { orders, rowsRead, rowsWritten, megabytes, holdings, movements, folded, isExact } = size;
  const columns: [string | number, number][] = [
    [orders, 9],
    [rowsRead, 11],
    [rowsWritten, 9],
    [megabytes.toFixed(1), 7],
    [holdings, 10],
    [movements, 11],
    [folded, 9],
    [isExact ? "yes" : "NO", 7],
    [seconds.toFixed(0), 9],
  ];
  return columns.map(([value, width]) => String(value).padStart(width)).join("");
}

/**
 * How many allocations of one SKU its object takes in a second: those of a burst together, and each by itself, in turn.
 * `npm run bench:hot-sku`, or `-- --disk --rounds 5 --callers 64`.
 */
import { parseArgs } from "node:util";
import { measure, type Call } from "./load.ts";
import { startPlatform } from "./platform.ts";
import { spreadOf } from "./rounds.ts";

const { values } = parseArgs({
  options: {
    disk: { type: "boolean", default: false },
    rounds: { type: "string", default: "7" },
    requests: { type: "string", default: "2000" },
    callers: { type: "string", default: "64" },
  },
});
const [rounds, requests, callers] = [values.rounds, values.requests, values.callers].map(Number) as [
  number,
  number,
  number,
];

const platform = await startPlatform({ worker: "hot-sku", consumers: false, onDisk: values.disk });
try {
  const { url } = platform.aftercart;
  for (const sku of ["ALONE", "TOGETHER"]) await fetch(new URL(`/create/${sku}/0`, url));
  const perSecond = async (sku: string, round: number) => {
    const calls = Array.from({ length: requests }, (_, i): Call => {
      return { method: "GET", path: `/allocate/${sku}/${round}-${i}` };
    });
    return (await measure({ url, calls, callers, statuses: [200] })).perSecond;
  };
  const played: { alone: number; together: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { alone: await perSecond("ALONE", round), together: await perSecond("TOGETHER", round) };
    if (round > 0) played.push(pair);
  }
  const where = values.disk ? "on disk" : "in memory";
  console.log(`allocations of one SKU a second, ${where}, ${callers} callers; median (lowest–highest round)`);
  print(
    "each by itself",
    played.map(({ alone }) => alone),
    0,
  );
  print(
    "together",
    played.map(({ together }) => together),
    0,
  );
  print(
    "ratio",
    played.map(({ alone, together }) => together / alone),
    2,
  );
} finally {
  await platform.stop();
}

function print(name: string, figures: readonly number[], digits: number): void {
  const { median, min, max } = spreadOf(figures);
  const [of, from, to] = [median, min, max].map((figure) => figure.toFixed(digits));
  console.log(`${name.padEnd(16)}${of!.padStart(8)}  (${from}–${to})`);
}

/** `npm run bench`: the rate and the cost of requests, compared with the floor, the least that the platform can cost. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/local/state.ts";
import { countRequests, ONE, THREE, type Counted } from "./count-requests.ts";
import { dollarsOfAMillion, type Item } from "./dollars.ts";
import { measureDrain } from "./drain.ts";
import { measureMultiItem, multiItemTable } from "./multi-item.ts";
import { measureOptimum, measureRounds, optimumTable, roundsTable } from "./optimum.ts";
import { PARTS, partTable } from "./cost-by-part.ts";
import { peerTable, playPeerRounds, type PeerFigures } from "./peer/rounds.ts";
import { vendurePeer } from "./peer/vendure.ts";
import { createFloorTable, startPlatform, type Platform } from "./platform.ts";
import { setUpRetailer } from "./retailer.ts";
import { playRounds, type ScenarioFigures } from "./rounds.ts";
import type { Shop } from "./scenarios.ts";
import { measureSizes, type Size } from "./sizes.ts";
import { countTable, dollarTable, sizeTable, speedTable } from "./table.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    requests: { type: "string", default: "500" },
    callers: { type: "string", default: "16" },
    stored: { type: "string", default: "0,100000,1000000" },
    disk: { type: "boolean", default: false },
    parts: { type: "boolean", default: false },
    peer: { type: "boolean", default: false },
    json: { type: "string", default: path.join(ROOT, "bench/results/latest.json") },
  },
});
const options = {
  rounds: Number(values.rounds),
  requests: Number(values.requests),
  callers: Number(values.callers),
  onDisk: values.disk,
};

const stored = values.stored.split(",").map(Number);

const machine = { processors: availableParallelism(), model: cpus()[0]?.model ?? "", node: process.version };
console.log(`${machine.processors} × ${machine.model}, Node ${machine.node}; ${options.rounds} rounds of`);
console.log(
  `${options.requests} requests from ${options.callers} concurrent callers, stored ${options.onDisk ? "on disk" : "in memory"}. Medians (lowest–highest round).\n`,
);

if (values.parts) {
  console.log(partTable(await measureParts()));
  process.exit();
}

if (values.peer) {
  console.log(peerTable(await measurePeer()));
  process.exit();
}

const sizes = await measureSpeed();
const speed = sizes[0]!.figures;
console.log(speedTable(speed));
console.log(`\n${sizeTable(sizes)}`);

const drain = await measureDrain(options.requests, options.callers);
const drained = `${drain.messages} notifications, ${drain.perSecond.toFixed(0)} a second`;
console.log(`\nDraining a full queue: ${drained}, ${drain.ratio.toFixed(2)} of the floor's rate of orders.`);

console.log("\nOne request: until its answer, and in total with all work that follows.\n");
const counted = await countRequests();
console.log(countTable(counted));

const dollars = [ONE, THREE].map((name) => ({ name, items: itemsOf(name, counted) }));
console.log(`\n${dollarTable(dollars)}`);

console.log("\nSourcing, a short run (`npm run bench:sourcing` for the full one):\n");
const sourcing = measureSourcing();
console.log(optimumTable(sourcing.optimum));
console.log(`\n${roundsTable(sourcing.rounds)}`);
console.log(`\n${multiItemTable(sourcing.experiment)}`);

mkdirSync(path.dirname(values.json), { recursive: true });
const report = { at: new Date().toISOString(), machine, options, sizes, drain, counted, dollars, sourcing };
writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nWritten to ${path.relative(process.cwd(), values.json)}`);

function measureSpeed(): Promise<Size[]> {
  return withShop("unmetered", (platform, shop) => measureSizes(platform, shop, stored, options));
}

/** Beside a peer that runs already, at the URL of its Shop API. */
async function measurePeer(): Promise<PeerFigures> {
  const url = process.env.AFTERCART_BENCH_PEER;
  if (url === undefined) throw new Error("AFTERCART_BENCH_PEER must be the URL of the peer's Shop API");
  const peer = await vendurePeer(new URL(url), options.callers);
  try {
    return await withShop("unmetered", (_platform, shop) => playPeerRounds(shop, peer, options));
  } finally {
    peer.close();
  }
}

/** The processor time of each part of an order. */
function measureParts(): Promise<ScenarioFigures[]> {
  return withShop("partial", (platform, shop) => playRounds(platform, shop, PARTS, options));
}

async function withShop<Measured>(
  worker: "unmetered" | "partial",
  measure: (platform: Platform, shop: Shop) => Promise<Measured>,
): Promise<Measured> {
  const platform = await startPlatform({ worker, consumers: false, onDisk: options.onDisk });
  try {
    await createFloorTable(platform.floor);
    return await measure(platform, {
      target: platform.aftercart,
      token: await setUpRetailer(platform.aftercart),
      run: worker,
    });
  } finally {
    await platform.stop();
  }
}

function measureSourcing() {
  const { orders, instances, sequences, seed } = { orders: 300, instances: 4, sequences: 1, seed: 2026 };
  return {
    optimum: measureOptimum(orders, seed),
    rounds: measureRounds(orders, seed),
    experiment: measureMultiItem(instances, sequences, seed),
  };
}

function itemsOf(name: string, requests: readonly Counted[]): Item[] {
  const all = requests.find((each) => each.name === name)?.all;
  if (!all) throw new Error(`${name} was not counted`);
  const cpuMicros = speed.find((each) => each.name === name)?.cpuMicros?.median ?? 0;
  return dollarsOfAMillion(all, cpuMicros / 1_000);
}

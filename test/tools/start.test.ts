/**
 * `npm start` on this machine, for real: what it says, what it serves, and what is there after a restart. A key is
 * made for it in between.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "../..");
/** A whole day is played, on a machine that is busy with the other tests. */
const LONGEST_MS = 300_000;

type Run = Readonly<{ child: ChildProcess; said: () => string }>;

let port: number;
let state: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  port = await freePort();
  state = await mkdtemp(path.join(tmpdir(), "aftercart-"));
});

afterAll(async () => {
  await Promise.all([...running].map(stop));
  await rm(state, { recursive: true, force: true });
}, LONGEST_MS);

describe("npm start", () => {
  it(
    "plays a day, serves what it names, and finds it all again after a restart",
    async () => {
      const first = await start();
      const links = linksIn(first.said());
      expect(first.said()).toMatch(/reconciliation +of \d{4}-\d\d-\d\d: clean/);
      expect(first.said()).not.toContain("DIFFERS");

      expect(await textOf(links.docs)).toContain("Aftercart API");
      expect(JSON.parse(await textOf(`${links.url}/openapi.json`))).toMatchObject({ openapi: "3.1.0" });
      expect(await textOf(links.order)).toMatch(/<title>Order #?\d/);
      expect(await textOf(links.outbox)).toContain("@example.com");
      expect(await textOf(links.reconciliation)).toContain("Stock, orders and money agree.");
      const before = await ordersOf(links);
      expect(before.length).toBeGreaterThan(60);

      const second = launch();
      await once(second.child, "close");
      expect(second.child.exitCode).toBe(1);
      expect(second.said()).toContain(`Port ${port} is taken.`);

      await stop(first.child);
      expect(first.said()).toContain("Stopped. What there was is kept.");
      await expect(fetch(links.url)).rejects.toThrow("fetch failed");

      const made = await createApiKey("O'Brien's shop", "orders:read");
      const again = await start();
      expect(again.said()).not.toContain("The demo retailer");
      const linksAgain = linksIn(again.said());
      expect(linksAgain.key).toBe(links.key);
      expect(await textOf(links.order)).toMatch(/<title>Order #?\d/);
      expect(await ordersOf(linksAgain)).toEqual(expect.arrayContaining(before));
      expect(await ordersOf({ ...linksAgain, key: made })).toEqual(expect.arrayContaining(before));
      const skus = await fetch(`${links.url}/v1/skus`, { headers: { authorization: `Bearer ${made}` } });
      expect(skus.status).toBe(403);
      expect(await keysOf(linksAgain)).toContain("O'Brien's shop");
      await stop(again.child);
    },
    LONGEST_MS,
  );
});

/** Runs until it says that it is running. */
async function start(): Promise<Run> {
  const run = launch();
  const ended = once(run.child, "close").then(() => "ended" as const);
  for (;;) {
    if (run.said().includes("Running:")) return run;
    const next = await Promise.race([ended, once(run.child.stdout!, "data")]);
    if (next === "ended") throw new Error(`npm start ended:\n${run.said()}`);
  }
}

function launch(): Run {
  // In a group of its own, which is what Ctrl-C in a terminal reaches.
  const child = spawn("npm", ["start"], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), AFTERCART_STATE: state, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  }
  return { child, said: () => said };
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  process.kill(-child.pid!, "SIGINT");
  await ended;
}

type Links = ReturnType<typeof linksIn>;

function linksIn(said: string) {
  const after = (what: string) => new RegExp(`${what} +(\\S+)`).exec(said)?.[1] ?? `no ${what} in ${said}`;
  return {
    url: after("server"),
    docs: after("API reference"),
    order: after("customer's order"),
    outbox: after("messages sent"),
    reconciliation: /http\S+\/reconciliations\/\S+/.exec(said)?.[0] ?? `no reconciliation in ${said}`,
    key: after("API key"),
  };
}

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url);
  expect({ url, status: answer.status }).toEqual({ url, status: 200 });
  return answer.text();
}

async function ordersOf({ url, key }: Links): Promise<string[]> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/v1/orders?limit=200`, { headers });
  const { items } = await answer.json<{ items: { id: string }[] }>();
  return items.map(({ id }) => id);
}

async function keysOf({ url, key }: Links): Promise<string[]> {
  const answer = await fetch(`${url}/v1/api-keys`, { headers: { authorization: `Bearer ${key}` } });
  const { items } = await answer.json<{ items: { name: string }[] }>();
  return items.map(({ name }) => name);
}

/** `npm run create-api-key`, which prints the key's token and nothing else. */
async function createApiKey(name: string, scopes: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    "npm",
    ["run", "--silent", "create-api-key", "--", name, scopes, "--local"],
    { cwd: ROOT, env: { ...process.env, AFTERCART_STATE: state } },
  );
  return stdout.trim();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return free;
}

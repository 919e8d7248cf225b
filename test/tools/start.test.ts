/**
 * Runs `npm start`: checks its output, what it serves, and that its data is there after a restart. Between the two runs it
 * creates an API key.
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
/** The run plays a whole day, while other tests use the machine. */
const TIMEOUT_MS = 600_000;

type Run = Readonly<{ child: ChildProcess; output: () => string }>;

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
}, TIMEOUT_MS);

describe("npm start", () => {
  it(
    "plays a day, serves the pages that it lists, and keeps its data over a restart",
    async () => {
      const first = await start();
      const links = linksIn(first.output());
      expect(first.output()).toMatch(/reconciliation +of \d{4}-\d\d-\d\d: clean/);
      expect(first.output()).not.toContain("DIFFERS");
      expect(first.output()).not.toContain("undefined");

      expect(await textOf(links.docs)).toContain("Aftercart API");
      expect(JSON.parse(await textOf(`${links.url}/openapi.json`))).toMatchObject({ openapi: "3.1.0" });
      expect(await textOf(links.order)).toMatch(/<title>Order #?\d/);
      expect(await textOf(links.mailPreview)).toContain("@example.com");
      expect(await textOf(links.reconciliation)).toContain("Stock, orders and money agree.");
      const before = await ordersOf(links);
      expect(before.length).toBeGreaterThan(60);

      const second = launch();
      await once(second.child, "close");
      expect(second.child.exitCode).toBe(1);
      expect(second.output()).toContain(`Port ${port} is in use.`);

      await stop(first.child);
      expect(first.output()).toContain("Stopped. All data is kept");
      await expect(fetch(links.url)).rejects.toThrow("fetch failed");

      const newKey = await createApiKey("O'Brien's shop", "orders:read");
      const restarted = await start();
      expect(restarted.output()).not.toContain("The demo retailer");
      const linksAgain = linksIn(restarted.output());
      expect(linksAgain.key).toBe(links.key);
      expect(await textOf(links.order)).toMatch(/<title>Order #?\d/);
      expect(await ordersOf(linksAgain)).toEqual(expect.arrayContaining(before));
      expect(await ordersOf({ ...linksAgain, key: newKey })).toEqual(expect.arrayContaining(before));
      const skus = await fetch(`${links.url}/v1/skus`, { headers: { authorization: `Bearer ${newKey}` } });
      expect(skus.status).toBe(403);
      expect(await keysOf(linksAgain)).toContain("O'Brien's shop");
      await stop(restarted.child);
    },
    TIMEOUT_MS,
  );
});

/** Starts it, and waits until it is running. */
async function start(): Promise<Run> {
  const run = launch();
  const ended = once(run.child, "close").then(() => "ended" as const);
  for (;;) {
    if (run.output().includes("Running, with")) return run;
    const next = await Promise.race([ended, once(run.child.stdout!, "data")]);
    if (next === "ended") throw new Error(`npm start ended:\n${run.output()}`);
  }
}

function launch(): Run {
  // In its own process group, to which a terminal sends Ctrl-C.
  const child = spawn("npm", ["start"], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), AFTERCART_STATE: state, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  return { child, output: () => output };
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  process.kill(-child.pid!, "SIGINT");
  await ended;
}

type Links = ReturnType<typeof linksIn>;

function linksIn(output: string) {
  const valueOf = (what: string) =>
    new RegExp(`${what} +(\\S+)`).exec(output)?.[1] ?? `no ${what} in ${output}`;
  return {
    url: valueOf("server"),
    docs: valueOf("API reference"),
    order: valueOf("customer's order"),
    mailPreview: valueOf("mail preview"),
    reconciliation: /http\S+\/reconciliations\/\S+/.exec(output)?.[0] ?? `no reconciliation in ${output}`,
    key: valueOf("API key"),
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

/** Runs `npm run create-api-key`, which prints only the token. */
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

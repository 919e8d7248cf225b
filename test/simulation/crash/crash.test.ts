/** A real server under load is killed again and again: afterwards every acknowledged order is stored, once. */
import { mkdtempSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { apiKeyToken, hashOfToken, SECRET_BYTES } from "../../../src/platform/auth/api-keys";
import { idFromBytes } from "../../../src/kernel/ids";
import type { Server } from "../../../scripts/local/server.ts";
import { check } from "../check-guarantees";
import { startLoad, fireCron, setUpRetailer, LOCATIONS, shipReleased, SKUS } from "./load";
import { makeDue, readStored, countWaiting } from "./stored-files";

const KILLS = 20;
const TIMEOUT_MS = 3_600_000;
const MAX_SETTLE_MS = 300_000;

const state = mkdtempSync(path.join(tmpdir(), "aftercart-crash-"));
let local: typeof import("../../../scripts/local/server.ts");
let server: Server;

beforeAll(async () => {
  // The modules below read it when they are loaded.
  process.env["AFTERCART_STATE"] = state;
  (await import("../../../scripts/local/state.ts")).createDevVars();
  local = await import("../../../scripts/local/server.ts");
}, TIMEOUT_MS);

afterAll(async () => {
  await server?.stop();
  rmSync(state, { recursive: true, force: true });
}, TIMEOUT_MS);

it(`keeps every acknowledged order through ${KILLS} kills`, { timeout: TIMEOUT_MS }, async () => {
  await local.migrate();
  const key = await newKey();
  const port = await freePort();
  server = await local.startServer(port);
  const caller = { url: server.url, key, random: Math.random };
  await setUpRetailer(caller);

  const load = startLoad(caller);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await pause(300 + Math.random() * 2_500);
    server.kill();
    await server.ended;
    server = await local.startServer(port);
  }
  await load.finish();
  server.kill();
  await server.ended;
  expect(load.acknowledged.size).toBeGreaterThan(KILLS);

  makeDue(state);
  server = await local.startServer(port);
  await settle(caller);
  expect(await exceptionsNow(caller)).toEqual([]);
  await server.stop();
  expect(check(readStored(state, [...load.acknowledged]))).toEqual([]);
});

type Caller = Parameters<typeof setUpRetailer>[0];

/** Waits until no work is left. Calls each SKU's object once, which starts it; its alarm does the rest. */
async function settle(caller: Caller): Promise<void> {
  for (const sku of SKUS) {
    const safetyStock = `/v1/skus/${sku}/locations/${LOCATIONS[0]}/safety-stock`;
    await send(caller, "PUT", safetyStock, { quantity: 0 });
  }
  const deadline = Date.now() + MAX_SETTLE_MS;
  for (let quietRounds = 0; quietRounds < 3;) {
    await fireCron(caller.url, "* * * * *");
    const shipped = await shipReleased(caller);
    await pause(2_000);
    quietRounds = shipped === 0 && countWaiting(state) === 0 ? quietRounds + 1 : 0;
    if (Date.now() > deadline) throw new Error(`${countWaiting(state)} messages are still not handled`);
  }
}

/** The exceptions that a reconciliation of today finds. */
async function exceptionsNow(caller: Caller): Promise<unknown[]> {
  const today = new Date().toISOString().slice(0, 10);
  const { id } = await send(caller, "POST", `/v1/reconciliations/${today}/run`);
  const isRunning = async () => (await send(caller, "GET", `/v1/jobs/${String(id)}`)).status === "running";
  while (await isRunning()) await pause(200);
  const report = await send(caller, "GET", `/v1/reconciliations/${today}`);
  return (report.checks as { name: string; exceptions: unknown[] }[]).flatMap(({ name, exceptions }) =>
    exceptions.map((exception) => ({ name, exception })),
  );
}

async function send({ url, key }: Caller, method: string, at: string, body?: unknown) {
  const answer = await fetch(url + at, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${await answer.text()}`);
  return answer.json<Record<string, unknown>>();
}

async function newKey(): Promise<string> {
  const id = idFromBytes("key", randomBytes(17));
  const token = apiKeyToken(id, randomBytes(SECRET_BYTES));
  const values = `'${id}', '${hashOfToken(token)}', 'Crash', '["admin"]', ${Date.now()}`;
  await local.execute(`INSERT INTO api_keys (id, hash, name, scopes, created_at) VALUES (${values})`);
  return token;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** A real server under load, killed again and again without warning: what it acknowledged is there, once. */
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
import { beginLoad, fire, furnish, LOCATIONS, shipReleased, SKUS } from "./load";
import { makeDue, readStored, waiting } from "./stored-files";

const KILLS = 20;
const LONGEST_MS = 3_600_000;
const SETTLES_WITHIN_MS = 300_000;

const state = mkdtempSync(path.join(tmpdir(), "aftercart-crash-"));
let local: typeof import("../../../scripts/local/server.ts");
let server: Server;

beforeAll(async () => {
  // Read when these are loaded.
  process.env["AFTERCART_STATE"] = state;
  (await import("../../../scripts/local/state.ts")).makeDevVars();
  local = await import("../../../scripts/local/server.ts");
}, LONGEST_MS);

afterAll(async () => {
  await server?.stop();
  rmSync(state, { recursive: true, force: true });
}, LONGEST_MS);

it(`keeps everything it acknowledged through ${KILLS} kills`, { timeout: LONGEST_MS }, async () => {
  await local.migrate();
  const key = await newKey();
  const port = await freePort();
  server = await local.startServer(port);
  const caller = { url: server.url, key, random: Math.random };
  await furnish(caller);

  const load = beginLoad(caller);
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

type Caller = Parameters<typeof furnish>[0];

/** Until nothing waits and nothing is left to send. An object is woken by any call; its alarm does the rest. */
async function settle(caller: Caller): Promise<void> {
  for (const sku of SKUS) {
    const kept = `/v1/skus/${sku}/locations/${LOCATIONS[0]}/safety-stock`;
    await send(caller, "PUT", kept, { quantity: 0 });
  }
  const deadline = Date.now() + SETTLES_WITHIN_MS;
  for (let quiet = 0; quiet < 3;) {
    await fire(caller.url, "* * * * *");
    const shipped = await shipReleased(caller);
    await pause(2_000);
    quiet = shipped === 0 && waiting(state) === 0 ? quiet + 1 : 0;
    if (Date.now() > deadline) throw new Error(`${waiting(state)} things are still not done`);
  }
}

/** What a reconciliation of today finds. */
async function exceptionsNow(caller: Caller): Promise<unknown[]> {
  const today = new Date().toISOString().slice(0, 10);
  const report = await send(caller, "POST", `/v1/reconciliations/${today}/run`);
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

/** The Worker on this machine: its database brought up to date, its runtime started, watched and stopped. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ROOT, STATE_FOLDER } from "./state.ts";

const WRANGLER = path.join(ROOT, "node_modules/wrangler/bin/wrangler.js");
/** Nothing here needs the network, and nobody is to be told of it. */
const QUIET = {
  ...process.env,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  FORCE_COLOR: "0",
};
const STARTS_WITHIN_MS = 120_000;
const QUEUES_EMPTY_WITHIN_MS = 3_000;
const STOPS_WITHIN_MS = 10_000;

export type Server = Readonly<{
  url: string;
  /** Resolves when the runtime ends, whoever ended it. */
  ended: Promise<void>;
  stop: () => Promise<void>;
  /** At once, as a crash would: with whatever was under way. */
  kill: () => void;
}>;

export async function isPortFree(port: number): Promise<boolean> {
  const probe = createServer();
  const outcome = once(probe, "listening").then(
    () => true,
    () => false,
  );
  probe.listen(port, "127.0.0.1");
  const free = await outcome;
  if (free) await new Promise((closed) => probe.close(closed));
  return free;
}

/** Applies what is new of `migrations/` to the local database. */
export const migrate = (): Promise<void> =>
  wrangler(["d1", "migrations", "apply", "DB", "--local", "--persist-to", STATE_FOLDER]);

/** Runs one statement on the local database; only while the server is not running. */
export const execute = (sql: string): Promise<void> =>
  wrangler(["d1", "execute", "DB", "--local", "--yes", "--persist-to", STATE_FOLDER, "--command", sql]);

/** Silent when all is well; what wrangler said when it is not. */
async function wrangler(args: readonly string[]): Promise<void> {
  const env = { ...QUIET, CI: "true" };
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  await once(child, "close");
  if (child.exitCode !== 0)
    throw new Error(`wrangler ${args.slice(0, 3).join(" ")} failed:\n${said.join("")}`);
}

/**
 * Starts the runtime and waits until it answers. Its errors go to this process's own.
 *
 * @throws when it ends before it answers, or does not answer in time.
 */
export async function startServer(port: number): Promise<Server> {
  const url = `http://127.0.0.1:${port}`;
  const args = ["dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  args.push("--persist-to", STATE_FOLDER, "--var", "ENVIRONMENT:development", `PUBLIC_URL:${url}`);
  args.push("--show-interactive-dev-session=false", "--log-level", "error");
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    env: QUIET,
    stdio: ["ignore", "ignore", "inherit"],
    // A group of its own: Ctrl-C reaches this process alone, which lets the queues finish first.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const server = { url, ended, stop: () => stop(child), kill: () => signalGroup(child, "SIGKILL") };
  if (await answers(url, child)) return server;
  await server.stop();
  throw new Error("the server did not start; what it said is above");
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (isRunning(child) && Date.now() < deadline) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer) return answer.ok;
    await pause(250);
  }
  return false;
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** Local queues are in memory: what is in them when the runtime ends is gone, so they get time to empty. */
async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, "exit");
  await Promise.race([ended, pause(QUEUES_EMPTY_WITHIN_MS)]);
  signalGroup(child, "SIGTERM");
  const patience = setTimeout(() => signalGroup(child, "SIGKILL"), STOPS_WITHIN_MS);
  await ended;
  clearTimeout(patience);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

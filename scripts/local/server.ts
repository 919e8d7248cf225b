/** Runs the Worker on this machine: migrates its database, starts the runtime and stops it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ROOT, STATE_FOLDER } from "./state.ts";

const WRANGLER = path.join(ROOT, "node_modules/wrangler/bin/wrangler.js");
/** Without network access and telemetry. */
const QUIET = {
  ...process.env,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  FORCE_COLOR: "0",
};
const MAX_START_MS = 120_000;
const QUEUE_DRAIN_MS = 3_000;
const MAX_STOP_MS = 10_000;

export type Server = Readonly<{
  url: string;
  /** Resolves when the runtime ends, for any reason. */
  ended: Promise<void>;
  stop: () => Promise<void>;
  /** Ends it at once, like a crash. */
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

const DATABASES = ["DB", "ORDERS_00", "DIRECTORY"];

/** Applies new migrations to the local databases. */
export async function migrate(): Promise<void> {
  for (const database of DATABASES) {
    await wrangler(["d1", "migrations", "apply", database, "--local", "--persist-to", STATE_FOLDER]);
  }
}

/** Runs one statement on the local primary database. The server must not be running. */
export const execute = (sql: string): Promise<void> =>
  wrangler(["d1", "execute", "DB", "--local", "--yes", "--persist-to", STATE_FOLDER, "--command", sql]);

/** Runs wrangler without output. @throws with its output if it fails. */
async function wrangler(args: readonly string[]): Promise<void> {
  const env = { ...QUIET, CI: "true" };
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  await once(child, "close");
  if (child.exitCode !== 0)
    throw new Error(`wrangler ${args.slice(0, 3).join(" ")} failed:\n${output.join("")}`);
}

/**
 * Starts the runtime and waits until it answers. Its errors go to stderr of this process.
 * @throws if it ends before it answers, or does not answer in time.
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
    // In its own process group, so that Ctrl-C reaches only this process, which lets the queues drain first.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const server = { url, ended, stop: () => stop(child), kill: () => signalGroup(child, "SIGKILL") };
  if (await answers(url, child)) return server;
  await server.stop();
  throw new Error("the server did not start; its errors are above");
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + MAX_START_MS;
  while (isRunning(child) && Date.now() < deadline) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer) return answer.ok;
    await pause(250);
  }
  return false;
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** Local queues are in memory, so they get time to drain before the runtime ends. */
async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, "exit");
  await Promise.race([ended, pause(QUEUE_DRAIN_MS)]);
  signalGroup(child, "SIGTERM");
  const timeout = setTimeout(() => signalGroup(child, "SIGKILL"), MAX_STOP_MS);
  await ended;
  clearTimeout(timeout);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has already ended.
  }
}

/** The Worker with queues that the test delivers, so that it can read the messages first. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "../../src/env";
import worker from "../../src/worker";
import type { Answer, Call } from "../support/api";
import { unique } from "../support/api";
import { fetchWith, queueKeeping } from "../support/faulty-bindings";

export type Sent = Readonly<{ queue: string; body: { type: string } }>;

export type TestWorker = Readonly<{
  bindings: Partial<Env>;
  /** Every message sent so far, delivered or not. */
  sent: readonly Sent[];
  request: (request: Request) => Promise<Response>;
  callAs: (token: string) => Call;
  /** Delivers until no message is left. A failing message is tried three times. */
  deliver: (over?: Partial<Env>) => Promise<void>;
  cron: (name: string) => Promise<void>;
}>;

/** @param over bindings in place of the real ones. */
export function startTestWorker(over: Partial<Env> = {}): TestWorker {
  const sent: Sent[] = [];
  const waiting: { sent: Sent; attempts: number }[] = [];
  const queueOf = (queue: string) =>
    queueKeeping((body) => {
      const message = { queue, body: body as Sent["body"] };
      sent.push(message);
      waiting.push({ sent: message, attempts: 0 });
    });
  const bindings: Partial<Env> = {
    INTAKE_QUEUE: queueOf("intake"),
    FULFILLMENT_QUEUE: queueOf("fulfillment"),
    STOCK_QUEUE: queueOf("stock"),
    NOTIFY_QUEUE: queueOf("notify"),
    JOBS_QUEUE: queueOf("jobs"),
    DIRECTORY_QUEUE: queueOf("directory"),
    ...over,
  };
  const request = (given: Request) => fetchWith(bindings, given);
  const callAs =
    (token: string): Call =>
    async (method, path, body, headers = {}): Promise<Answer> => {
      const json = body === undefined ? {} : { "content-type": "application/json" };
      const init = { method, headers: { authorization: `Bearer ${token}`, ...json, ...headers } };
      const sending = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await request(new Request(`https://aftercart.test${path}`, { ...init, ...sending }));
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === "" ? {} : JSON.parse(text),
      };
    };
  const deliver = async (more: Partial<Env> = {}) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { sent: message, attempts } = next;
      const retry = () => void (attempts < 2 && waiting.push({ sent: message, attempts: attempts + 1 }));
      const delivered = { id: unique("message"), timestamp: new Date(), body: message.body, attempts: 1 };
      const messages = [{ ...delivered, ack() {}, retry }];
      const batch = { queue: `aftercart-${message.queue}`, messages, ackAll() {}, retryAll() {} };
      const execution = createExecutionContext();
      await worker.queue(batch as unknown as MessageBatch, { ...env, ...bindings, ...more }, execution);
      await waitOnExecutionContext(execution);
    }
  };
  const cron = async (name: string) => {
    const execution = createExecutionContext();
    const controller = createScheduledController({ cron: name, scheduledTime: new Date() });
    await worker.scheduled(controller, { ...env, ...bindings }, execution);
    await waitOnExecutionContext(execution);
  };
  return { bindings, sent, request, callAs, deliver, cron };
}

/** Captures the console from now on. Each call is one line, with errors in full. */
export function captureLogs(): { lines: string[] } {
  const lines: string[] = [];
  for (const level of ["log", "info", "warn", "error", "debug"] as const) {
    const record = (...parts: unknown[]) =>
      void lines.push(parts.map((part) => (part instanceof Error ? fullText(part) : String(part))).join(" "));
    Object.assign(console, { [level]: record });
  }
  return { lines };
}

const fullText = (error: Error): string =>
  [error.name, error.message, error.stack, error.cause instanceof Error ? fullText(error.cause) : error.cause]
    .map(String)
    .join(" ");

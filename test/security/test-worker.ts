/** The Worker with its queues in hand: what it sends can be looked at before it is delivered. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "../../src/env";
import worker from "../../src/worker";
import type { Answer, Call } from "../support/api";
import { unique } from "../support/api";
import { fetchWith, queueKeeping } from "../support/faulty-bindings";

export type Sent = Readonly<{ queue: string; body: { type: string } }>;

export type Stage = Readonly<{
  bindings: Partial<Env>;
  /** Everything sent so far, delivered or not. */
  sent: readonly Sent[];
  request: (request: Request) => Promise<Response>;
  callAs: (token: string) => Call;
  /** Delivers until nothing is left, what fails three times at most. */
  deliver: (over?: Partial<Env>) => Promise<void>;
  cron: (name: string) => Promise<void>;
}>;

/** `over`: bindings in place of the real ones, for as long as the stage stands. */
export function openStage(over: Partial<Env> = {}): Stage {
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
    ...over,
  };
  const request = (it: Request) => fetchWith(bindings, it);
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
      const again = () => void (attempts < 2 && waiting.push({ sent: message, attempts: attempts + 1 }));
      const delivered = { id: unique("message"), timestamp: new Date(), body: message.body, attempts: 1 };
      const messages = [{ ...delivered, ack() {}, retry: again }];
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

/** Everything the Worker has logged since, as it would be read: each call one text. */
export function listenToLogs(): { lines: string[] } {
  const lines: string[] = [];
  for (const level of ["log", "info", "warn", "error", "debug"] as const) {
    const told = (...parts: unknown[]) =>
      void lines.push(parts.map((part) => (part instanceof Error ? wholeOf(part) : String(part))).join(" "));
    Object.assign(console, { [level]: told });
  }
  return { lines };
}

const wholeOf = (error: Error): string =>
  [error.name, error.message, error.stack, error.cause instanceof Error ? wholeOf(error.cause) : error.cause]
    .map(String)
    .join(" ");

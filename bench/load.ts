/** Generates load in a closed loop: each caller sends its next request when the last one is answered. */
import { Agent, request as send } from "node:http";

export type Call = Readonly<{
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}>;

export type Measured = Readonly<{
  perSecond: number;
  /** Milliseconds from the first byte sent to the last byte received, sorted. */
  latencies: Float64Array;
}>;

export type Load = Readonly<{
  url: URL;
  calls: readonly Call[];
  callers: number;
  /** Expected statuses. Any other ends the run: a rejection is fast and would distort the figures. */
  statuses: readonly number[];
}>;

/** @throws at the first answer with an unexpected status. */
export async function measure({ url, calls, callers, statuses }: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const latencies = new Float64Array(calls.length);
  let next = 0;
  const caller = async () => {
    while (next < calls.length) {
      const index = next++;
      const call = calls[index]!;
      const startedAt = performance.now();
      const { status, text } = await answerTo(agent, url, call);
      latencies[index] = performance.now() - startedAt;
      if (!statuses.includes(status)) {
        throw new Error(`${call.method} ${call.path} was answered ${status}: ${text().slice(0, 500)}`);
      }
    }
  };
  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: callers }, caller));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: calls.length / seconds, latencies: latencies.sort() };
}

type Answer = Readonly<{ status: number; text: () => string }>;

const answerTo = (agent: Agent, url: URL, { method, path, headers, body }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const options = { agent, host: url.hostname, port: url.port, method, path };
    const sent = send({ ...options, headers: { ...headers, ...length } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, text: () => Buffer.concat(chunks).toString() }),
      );
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** The latency that `share` of the answers did not exceed. @param sorted latencies in ascending order. */
export const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

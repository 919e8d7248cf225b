/** Delivers messages of the intake queue to the Worker. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import worker from "../../src/worker";
import type { TestWorker } from "../security/test-worker";
import { unique } from "./api";

/** As one batch. @throws if the Worker asks for one of them again. */
export async function deliverIntake(
  { bindings }: Pick<TestWorker, "bindings">,
  bodies: readonly unknown[],
): Promise<void> {
  const messages = bodies.map((body) => ({
    id: unique("message"),
    timestamp: new Date(),
    body,
    attempts: 1,
    ack() {},
    retry() {
      throw new Error("the message was not handled");
    },
  }));
  const batch = { queue: "aftercart-intake", messages, ackAll() {}, retryAll() {} };
  const execution = createExecutionContext();
  await worker.queue(batch as unknown as MessageBatch, { ...env, ...bindings }, execution);
  await waitOnExecutionContext(execution);
}

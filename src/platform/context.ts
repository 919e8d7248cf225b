/**
 * The context that every command receives. Commands read the clock, get random bytes and use bindings only through it. A
 * module that needs more extends this type in its own `context.ts`.
 */
import type { Config } from "./config";
import type { Databases } from "./d1/databases";
import type { QueueMessage, SentMessage } from "./queues/queue-message";

/** The author of a change in the audit trail: an API key, a storefront, a queue, a job or a cron. */
export type Actor = string;

export type PlatformContext = Readonly<{
  databases: Databases;
  /** @param outboxId of the message in the outbox, where it stays until it is handled. */
  send: (message: QueueMessage, outboxId?: string) => Promise<void>;
  /** Sends in as few calls as the queues allow. Returns the messages that their queues accepted. */
  sendAll: (messages: readonly SentMessage[]) => Promise<readonly SentMessage[]>;
  /** Sends after the answer, batched with other requests. May be lost: only for messages that are in the outbox. */
  sendSoon: (messages: readonly SentMessage[]) => void;
  config: Config;
  actor: Actor;
  now: () => number;
  randomBytes: (length: number) => Uint8Array;
  /** Runs after the answer; the sweep repeats what fails. */
  waitUntil: (work: Promise<unknown>) => void;
}>;

/** The consumers of queue messages. Each module lists its own; the Worker combines the lists. */
import { z } from "zod";
import type { PlatformContext } from "../context";
import type { MessageContract, QueueMessage, QueueName, SentMessage } from "./queue-message";

/** Handles one message. @throws if the message must be delivered again. */
export type Handle<Message extends QueueMessage = QueueMessage> = (message: Message) => Promise<void>;

export type Consumer<Context extends PlatformContext> = Readonly<{
  contract: MessageContract;
  /** Called once for each batch of a queue, so that its messages can share what was read. */
  handler: (context: Context) => Handle;
  /** Handles all messages of a batch in one step. If it throws, each is handled by itself. */
  handleTogether?: (context: Context, messages: readonly QueueMessage[]) => Promise<void>;
  /** Runs after messages of this type were handled or stored as dead letters. A failure is repeated with the message. */
  afterDone?: (context: Context, messages: readonly QueueMessage[]) => Promise<void>;
}>;

type Handlers<Message extends QueueMessage, Context extends PlatformContext> = Readonly<{
  handler: (context: Context) => Handle<Message>;
  handleTogether?: (context: Context, messages: readonly Message[]) => Promise<void>;
  afterDone?: (context: Context, messages: readonly Message[]) => Promise<void>;
}>;

/** A consumer whose handlers know the type of their message. */
export const consumer = <Message extends QueueMessage, Context extends PlatformContext>(
  contract: MessageContract<Message>,
  handlers: Handlers<Message, Context>,
): Consumer<Context> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Messages reach a consumer by their type alone.
  ({ contract, ...handlers }) as unknown as Consumer<Context>;

export type Consumers<Context extends PlatformContext> = Readonly<{
  of: (message: QueueMessage) => Consumer<Context>;
  queueOf: (message: QueueMessage) => QueueName;
  /** @throws for a message of an unknown type or version. */
  parse: (body: unknown) => SentMessage;
  /** Null for a message of an unknown type or version. */
  read: (body: unknown) => SentMessage | null;
  /** SQL: whether `message.value`, of any type, is recorded as handled. See `MessageContract.isRecordedSql`. */
  isRecordedSql: string;
}>;

const Envelope = z.looseObject({ type: z.string(), outboxId: z.string().optional() });

/** @throws if two consumers name the same message type. */
export function consumersOf<Context extends PlatformContext>(
  list: readonly Consumer<Context>[],
): Consumers<Context> {
  const byType = new Map(list.map((each) => [each.contract.type, each]));
  if (byType.size < list.length) throw new Error("two consumers name the same message type");
  const of = ({ type }: QueueMessage): Consumer<Context> => {
    const found = byType.get(type);
    if (!found) throw new Error(`no consumer of the message "${type}"`);
    return found;
  };
  const parse = (body: unknown): SentMessage => {
    const { outboxId, ...message } = Envelope.parse(body);
    of(message).contract.schema.parse(message);
    return { message, outboxId: outboxId ?? null };
  };
  const read = (body: unknown): SentMessage | null => {
    try {
      return parse(body);
    } catch {
      return null;
    }
  };
  const recorded = list.flatMap(({ contract: { type, isRecordedSql } }) =>
    isRecordedSql === null ? [] : [`(message.value ->> 'type' = '${type}' AND ${isRecordedSql})`],
  );
  const isRecordedSql = recorded.join(" OR ") || "FALSE";
  return { of, queueOf: (message) => of(message).contract.queue, parse, read, isRecordedSql };
}

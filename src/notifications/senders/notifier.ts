/** A provider that sends notifications. */
import type { Result } from "../../kernel/result";

export type OutgoingNotification = Readonly<{
  /** Passed on as the provider's idempotency key, so that a repeat sends nothing twice. */
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}>;

export type NotifierRejection = Readonly<{
  /** `retry` may go through later; `refused` never will. */
  code: "retry" | "refused";
  detail: string;
}>;

export type Notifier = Readonly<{
  name: string;
  send: (message: OutgoingNotification) => Promise<Result<{ providerId: string | null }, NotifierRejection>>;
}>;

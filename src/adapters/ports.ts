/** What we ask of other people's systems. */
import type { Result } from "../domain/result";

export type OutgoingMessage = Readonly<{
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
  send: (message: OutgoingMessage) => Promise<Result<{ providerId: string | null }, NotifierRejection>>;
}>;

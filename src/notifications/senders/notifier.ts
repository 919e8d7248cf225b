/** The interface of a provider that sends notifications. */
import type { Result } from "../../kernel/result";

export type OutgoingNotification = Readonly<{
  /** The provider's idempotency key, so that a repeat is not sent twice. */
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}>;

export type NotifierRejection = Readonly<{
  /** `retry`: a later attempt may succeed. `refused`: none will. */
  code: "retry" | "refused";
  detail: string;
}>;

export type Notifier = Readonly<{
  name: string;
  send: (message: OutgoingNotification) => Promise<Result<{ providerId: string | null }, NotifierRejection>>;
}>;

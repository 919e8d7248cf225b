/**
 * Email through Resend. https://resend.com/docs/api-reference/emails/send-email and
 * https://resend.com/docs/api-reference/errors, as of November 2026.
 */
import { z } from "zod";
import { accept, reject, type Result } from "../../kernel/result";
import type { Notifier, NotifierRejection, OutgoingNotification } from "./notifier";

const ENDPOINT = "https://api.resend.com/emails";
const TIMEOUT_MS = 10_000;

const Sent = z.object({ id: z.string() });
const Refusal = z.object({ name: z.string(), message: z.string() });

/** `fetch` is asked for, so that a test can answer as Resend does. */
export const createResendNotifier = ({
  apiKey,
  fetch,
}: Readonly<{ apiKey: string; fetch: typeof globalThis.fetch }>): Notifier => ({
  name: "resend",
  send: async (message) => {
    try {
      return await outcomeOf(await fetch(ENDPOINT, requestFor(message, apiKey)));
    } catch (error) {
      return reject({ code: "retry", detail: error instanceof Error ? error.message : String(error) });
    }
  },
});

const requestFor = (
  { id, from, to, subject, text, html }: OutgoingNotification,
  apiKey: string,
): RequestInit => ({
  method: "POST",
  headers: {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    // Kept for 24 hours: longer than the queue goes on trying.
    "idempotency-key": id,
  },
  body: JSON.stringify({ from, to: [to], subject, text, html }),
  // Whoever answers in its stead must not have the customer's message sent on to wherever it likes.
  redirect: "manual",
  signal: AbortSignal.timeout(TIMEOUT_MS),
});

async function outcomeOf(
  response: Response,
): Promise<Result<{ providerId: string | null }, NotifierRejection>> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return accept({ providerId: Sent.safeParse(body).data?.id ?? null });
  const refusal = Refusal.safeParse(body).data;
  const detail = [response.status, refusal?.name, refusal?.message]
    .filter((part) => part !== undefined)
    .join(" ");
  return reject({ code: mayPass(response.status, refusal?.name) ? "retry" : "refused", detail });
}

/**
 * A redirection is none of its answers, and passes. A wrong key or an unverified domain is the account's fault, not the message's: it is mended and the message
 * sent again. So is a repeat that came while the first was under way.
 */
const mayPass = (status: number, name: string | undefined): boolean =>
  (status >= 300 && status < 400) ||
  status >= 500 ||
  [401, 403, 408, 429].includes(status) ||
  (status === 409 && name === "concurrent_idempotent_requests");

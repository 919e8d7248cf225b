/**
 * Sends email by Resend: https://resend.com/docs/api-reference/emails/send-email and
 * https://resend.com/docs/api-reference/errors, as of November 2026.
 */
import { z } from "zod";
import { accept, reject, type Result } from "../../kernel/result";
import type { Notifier, NotifierRejection, OutgoingNotification } from "./notifier";

const ENDPOINT = "https://api.resend.com/emails";
const TIMEOUT_MS = 10_000;

const Sent = z.object({ id: z.string() });
const Refusal = z.object({ name: z.string(), message: z.string() });

/** @param fetch a parameter, so that tests can replace it. */
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
    // Resend keeps the key for 24 hours, longer than the queue retries.
    "idempotency-key": id,
  },
  body: JSON.stringify({ from, to: [to], subject, text, html }),
  // A redirection must not send personal data to another host.
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
  return reject({ code: mayRetry(response.status, refusal?.name) ? "retry" : "refused", detail });
}

/**
 * Whether a later attempt may succeed: after a redirection, which Resend itself never answers; after a wrong key or an
 * unverified domain, which the account's owner can correct; and after a repeat while the first attempt is in progress.
 */
const mayRetry = (status: number, name: string | undefined): boolean =>
  (status >= 300 && status < 400) ||
  status >= 500 ||
  [401, 403, 408, 429].includes(status) ||
  (status === 409 && name === "concurrent_idempotent_requests");

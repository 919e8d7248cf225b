/** Vars and secrets, validated at the first request of an isolate. */
import { z } from "zod";
import { isTimeZone } from "../kernel/calendar";
import { isIsoCurrency } from "../kernel/currencies";

/** Bindings that HTTP middleware uses. */
export type HttpBindings = Readonly<{
  PUBLIC_RATE_LIMIT: RateLimit;
  API_RATE_LIMIT: RateLimit;
  ASSETS: Fetcher;
}>;

const DAY_MS = 24 * 60 * 60_000;

const HistoryDays = z.coerce.number().positive().default(35);

/** How long finished history of stock is kept in full, from the var `STOCK_HISTORY_DAYS`. @throws if it is malformed. */
export const stockHistoryMs = ({ STOCK_HISTORY_DAYS }: Readonly<{ STOCK_HISTORY_DAYS?: string }>): number =>
  HistoryDays.parse(STOCK_HISTORY_DAYS) * DAY_MS;

const Settings = z.object({
  ENVIRONMENT: z.enum(["production", "development", "test"]),
  PUBLIC_URL: z.url().transform((url) => url.replace(/\/$/, "")),
  BOOKS_TIME_ZONE: z.string().refine(isTimeZone, "is not an IANA time zone"),
  BOOKS_CURRENCY: z.string().refine(isIsoCurrency, "is not an ISO 4217 currency"),
  ARCHIVE_AFTER_DAYS: z.coerce.number().positive().default(365),
  NOTIFY_PROVIDER: z.enum(["mail_preview", "resend"]),
  NOTIFY_FROM: z.string().min(3),
  // A pasted line break would make an invalid header, and the key would be in the error's text.
  NOTIFY_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]*$/, "must not contain spaces or line breaks")
    .default(""),
  LABEL_CARRIER: z.string().default("sandbox"),
  EASYPOST_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]*$/, "must not contain spaces or line breaks")
    .default(""),
  EASYPOST_WEBHOOK_SECRET: z.string().default(""),
  LINK_SIGNING_KEY: z.string().min(32, "must have at least 32 characters"),
  SECRETS_ENCRYPTION_KEY: z.string().refine(isAes256Key, "is not 32 bytes of base64"),
});

export type Config = Readonly<{
  environment: "production" | "development" | "test";
  publicUrl: string;
  booksTimeZone: string;
  booksCurrency: string;
  /** How long after its last change a closed order moves to the archive. */
  archiveAfterMs: number;
  notifyProvider: "mail_preview" | "resend";
  notifyFrom: string;
  notifyApiKey: string;
  /** The carrier that labels are bought from, unless a request names another. */
  labelCarrier: string;
  /** Empty without an account at EasyPost. */
  easypostApiKey: string;
  easypostWebhookSecret: string;
  linkSigningKey: string;
  secretsEncryptionKey: string;
  /** How long the creation of an order retries D1 before the order goes to the intake queue. */
  databaseDeadlineMs: number;
  allocationTtlMs: number;
  reservationTtlMs: number;
}>;

const MINUTE = 60_000;

/** @throws an error that names each missing or malformed var and secret. */
export function readConfig(env: unknown): Config {
  const parsed = Settings.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new Error(`invalid configuration: ${faults.join("; ")}`);
  }
  const settings = parsed.data;
  return {
    environment: settings.ENVIRONMENT,
    publicUrl: settings.PUBLIC_URL,
    booksTimeZone: settings.BOOKS_TIME_ZONE,
    booksCurrency: settings.BOOKS_CURRENCY,
    archiveAfterMs: settings.ARCHIVE_AFTER_DAYS * DAY_MS,
    notifyProvider: settings.NOTIFY_PROVIDER,
    notifyFrom: settings.NOTIFY_FROM,
    notifyApiKey: settings.NOTIFY_API_KEY,
    labelCarrier: settings.LABEL_CARRIER,
    easypostApiKey: settings.EASYPOST_API_KEY,
    easypostWebhookSecret: settings.EASYPOST_WEBHOOK_SECRET,
    linkSigningKey: settings.LINK_SIGNING_KEY,
    secretsEncryptionKey: settings.SECRETS_ENCRYPTION_KEY,
    databaseDeadlineMs: 2_500,
    allocationTtlMs: 15 * MINUTE,
    reservationTtlMs: 15 * MINUTE,
  };
}

function isAes256Key(text: string): boolean {
  try {
    return atob(text).length === 32;
  } catch {
    return false;
  }
}

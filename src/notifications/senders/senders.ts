/** The notifier that the configuration names. */
import type { Notifier } from "./notifier";
import { createMailPreview } from "./mail-preview";
import { createResendNotifier } from "./resend";

type NotifierSettings = Readonly<{ notifyProvider: "outbox" | "resend"; notifyApiKey: string }>;

/** @throws when the provider needs a key and there is none: messages would fail one by one otherwise. */
export function createNotifier({ notifyProvider, notifyApiKey }: NotifierSettings): Notifier {
  switch (notifyProvider) {
    case "outbox":
      return createMailPreview();
    case "resend":
      if (notifyApiKey === "") throw new Error("NOTIFY_PROVIDER resend takes a NOTIFY_API_KEY");
      return createResendNotifier({ apiKey: notifyApiKey, fetch: (input, init) => fetch(input, init) });
  }
}

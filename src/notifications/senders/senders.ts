/** Creates the notifier that the configuration names. */
import type { Notifier } from "./notifier";
import { createMailPreview } from "./mail-preview";
import { createResendNotifier } from "./resend";

type NotifierSettings = Readonly<{ notifyProvider: "mail_preview" | "resend"; notifyApiKey: string }>;

/** @throws if the provider needs an API key and there is none, instead of failing for each notification. */
export function createNotifier({ notifyProvider, notifyApiKey }: NotifierSettings): Notifier {
  switch (notifyProvider) {
    case "mail_preview":
      return createMailPreview();
    case "resend":
      if (notifyApiKey === "") throw new Error("NOTIFY_PROVIDER resend requires a NOTIFY_API_KEY");
      return createResendNotifier({ apiKey: notifyApiKey, fetch: (input, init) => fetch(input, init) });
  }
}

/** The built-in notifier. It sends nothing: the stored notification is shown at `/mail-preview` in development. */
import { accept } from "../../kernel/result";
import type { Notifier } from "./notifier";

export const createMailPreview = (): Notifier => ({
  name: "mail_preview",
  send: () => Promise.resolve(accept({ providerId: null })),
});

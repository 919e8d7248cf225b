/** The built-in notifier: the stored message is the delivery, to be read at `/outbox` in development. */
import { accept } from "../../kernel/result";
import type { Notifier } from "./notifier";

export const createMailPreview = (): Notifier => ({
  name: "outbox",
  send: () => Promise.resolve(accept({ providerId: null })),
});

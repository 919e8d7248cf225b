/**
 * EasyPost's callbacks: https://docs.easypost.com/docs/events. The signature covers the bytes as received: a body that was
 * parsed and written again has other bytes, since its weights are written `136.0`.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { isEqualInConstantTime } from "../../../kernel/constant-time";
import type { CarrierCallback, ParsedCallback } from "../../carrier-adapter";
import { Event, Tracker, updateOf } from "./payload";

const HEADER = "x-hmac-signature";

/** The header's value for the body. EasyPost normalises the secret. */
export const signEasyPost = (secret: string, body: Uint8Array): string =>
  `hmac-sha256-hex=${bytesToHex(hmac(sha256, utf8ToBytes(secret.normalize("NFKD")), body))}`;

/** Without a secret every callback is refused. */
export function parseEasyPostWebhook(secret: string, { headers, body }: CarrierCallback): ParsedCallback {
  const signature = headers.get(HEADER);
  const isSigned =
    secret !== "" &&
    signature !== null &&
    isEqualInConstantTime(signature.trim(), signEasyPost(secret, body));
  if (!isSigned) return { outcome: "invalid_signature" };
  const event = Event.safeParse(jsonOf(body));
  if (!event.success) return { outcome: "unreadable", detail: "it is no event" };
  const { description, result } = event.data;
  if (!description.startsWith("tracker.")) return { outcome: "ignored" };
  const tracker = Tracker.safeParse(result);
  if (!tracker.success) return { outcome: "unreadable", detail: "its result is no tracker" };
  const { tracking_code: trackingNumber } = tracker.data;
  return { outcome: "tracked", parcel: { trackingNumber, update: updateOf(tracker.data) } };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body));
  } catch {
    return null;
  }
}

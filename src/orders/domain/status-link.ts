/**
 * The customer's link to the page of an order. Anyone with the link may read the page, without a login. Only our key can
 * make and verify its signature, which is verified before the order is read.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { isEqualInConstantTime } from "../../kernel/constant-time";
import type { OrderId } from "../../kernel/ids";

/** Part of the signed text, so that a signature made for another purpose opens no page. */
const PURPOSE = "order-status-page/v1";

/** HMAC-SHA256 as 43 characters of base64url (RFC 4648 §5, unpadded): 256 bits. */
export function statusSignature(orderId: OrderId, key: string): string {
  const bytes = hmac(sha256, utf8ToBytes(key), utf8ToBytes(`${PURPOSE}\n${orderId}`));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Whether the signature is the one that `key` makes for the order. */
export const verifyStatusSignature = (orderId: OrderId, signature: string, key: string): boolean =>
  isEqualInConstantTime(statusSignature(orderId, key), signature);

/** @param publicUrl without a trailing slash. */
export const statusUrl = (publicUrl: string, orderId: OrderId, key: string): string =>
  `${publicUrl}/s/${orderId}/${statusSignature(orderId, key)}`;

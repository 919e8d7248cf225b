/** Answers that may be kept for a while: known again by a tag made from what they say. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { RequestContext } from "./app-types";

/** Weak: two answers that say the same need not be the same to the byte (RFC 9110, 8.8.1). */
export const entityTag = (said: unknown): string =>
  `W/"${bytesToHex(sha256(utf8ToBytes(JSON.stringify(said)))).slice(0, 32)}"`;

/** Whether the caller has the answer of this tag already. */
export const answeredAs = (c: RequestContext, tag: string): boolean =>
  (c.req.header("if-none-match") ?? "")
    .split(",")
    .map((known) => known.trim())
    .some((known) => known === tag || known === "*");

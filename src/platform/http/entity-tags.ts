/** Entity tags for answers that may be cached. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { RequestContext } from "./app-types";

/** A weak tag of the content: equal content need not be equal byte by byte (RFC 9110, 8.8.1). */
export const entityTag = (content: unknown): string =>
  `W/"${bytesToHex(sha256(utf8ToBytes(JSON.stringify(content)))).slice(0, 32)}"`;

/** Whether the caller's `If-None-Match` has the tag, so that 304 is the answer. */
export const isNotModified = (c: RequestContext, tag: string): boolean =>
  (c.req.header("if-none-match") ?? "")
    .split(",")
    .map((known) => known.trim())
    .some((known) => known === tag || known === "*");

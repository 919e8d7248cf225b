/**
 * The key of one commit of an order: of its row in the outbox, and the beginning of the references of its effects on stock.
 *
 * The version alone would not do. After the orders database was restored to an earlier minute, the order commits the same
 * versions again, with other effects: a SKU's object must not take them for repeats of those it has applied, and a late
 * queue message of the lost commit must not take a message out of the new commit's row.
 */
import { compositeKey, type OrderId } from "../../kernel/ids";

export type Commit = Readonly<{ version: number; at: number }>;

/** @param at the time of the commit, in epoch milliseconds. */
export const commitKey = (orderId: OrderId, version: number, at: number): string =>
  compositeKey(orderId, `${version}-${at.toString(36)}`);

/** The commit of a reference or a row's id; null for a key of another form. */
export function commitOfKey(orderId: OrderId, key: string): Commit | null {
  const [, version, at] = /^(\d+)-([0-9a-z]+)(?:[/#]|$)/.exec(key.slice(orderId.length + 1)) ?? [];
  if (!key.startsWith(`${orderId}/`) || version === undefined || at === undefined) return null;
  return { version: Number(version), at: Number.parseInt(at, 36) };
}

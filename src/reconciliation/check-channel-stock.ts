/** The check of what storefronts show, from what was compared and repaired. Pure. */
import { showsFewer, type ChannelStock } from "../channels/domain/channel-stock";
import type { ChannelStockFindings, Mismatched } from "../channels/repair-channel-stock";
import { checkOf, type Check, type Exception } from "./domain/report";

const DAY_MS = 86_400_000;

/** `now` in epoch milliseconds. A mismatch is an exception with its age, unless a sale may just have caused it. */
export function checkChannelStock(found: ChannelStockFindings, now: number): Check {
  const mayHaveSold = (row: ChannelStock) => showsFewer(row) && (row.mismatchSince ?? 0) >= found.startedAt;
  return checkOf("channel_stock", "Storefronts show what their channels may sell", {
    counted: found.compared,
    exceptions: [
      ...found.failed.map(({ channelId, problem }) => ({
        subject: channelId,
        expected: null,
        actual: null,
        detail: problem,
      })),
      ...found.mismatches.filter((row) => !mayHaveSold(row)).map((row) => exceptionOf(row, now)),
    ],
    pending: found.mismatches.filter(mayHaveSold).map((row) => `${difference(row)}, or has just sold some`),
    repaired: found.repaired.map(difference),
  });
}

const difference = ({ channelId, sku, shownQuantity, quantity }: Mismatched): string =>
  `${channelId} ${sku}: showed ${shownQuantity ?? "nothing"}, may sell ${quantity}`;

function exceptionOf(row: ChannelStock, now: number): Exception {
  const since = row.mismatchSince ?? now;
  const days = Math.floor((now - since) / DAY_MS);
  const age = `for ${days} ${days === 1 ? "day" : "days"}, since ${new Date(since).toISOString()}`;
  return {
    subject: `${row.channelId} ${row.sku}`,
    expected: row.quantity,
    actual: row.shownQuantity,
    detail: [`the storefront shows another quantity ${age}`, ...(row.problem ? [row.problem] : [])].join(
      ": ",
    ),
  };
}

/** The check of what storefronts show, from what was compared and repaired. Pure. */
import { showsFewer, type ChannelStock } from "../channels/domain/channel-stock";
import type { ChannelStockRepair } from "../channels/repair-channel-stock";
import { checkOf, type Check, type Exception } from "./domain/report";

const DAY_MS = 86_400_000;

/** `now` in epoch milliseconds. A mismatch is an exception with its age, unless a sale may just have caused it. */
export function checkChannelStock(repair: ChannelStockRepair, now: number): Check {
  const mayHaveSold = (row: ChannelStock) => showsFewer(row) && (row.mismatchSince ?? 0) >= repair.startedAt;
  return checkOf("channel_stock", "Storefronts show what their channels may sell", {
    counted: repair.compared,
    exceptions: [
      ...repair.failed.map(({ channelId, problem }) => ({
        subject: channelId,
        expected: null,
        actual: null,
        detail: problem,
      })),
      ...repair.mismatches.filter((row) => !mayHaveSold(row)).map((row) => exceptionOf(row, now)),
    ],
    pending: [
      ...repair.unfinished.map(
        ({ channelId, lastSku }) => `${channelId}: the next night continues after ${lastSku}`,
      ),
      ...repair.mismatches.filter(mayHaveSold).map((row) => `${difference(row)}, or has just sold some`),
    ],
    repaired: repair.repaired.map(difference),
  });
}

const difference = ({ channelId, sku, shownQuantity, quantity }: ChannelStock): string =>
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

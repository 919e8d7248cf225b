/** The holds of a new order: what keeps it from shipping, with the reason. */
import type { LineId } from "../../../kernel/ids";
import type { Channel } from "../../../catalog/domain/channel";
import { detailOf, type Hold, type HoldReason } from "../holds/hold";
import type { NewOrder } from "../new-order";
import { needsStock, type OrderLine } from "../order-line";
import { isEnded } from "../storefront/units-left";
import type { StockByLine } from "./new-line";

export type HoldsProblem = Readonly<{
  order: NewOrder;
  lines: readonly OrderLine[];
  channel: Channel;
  stock: StockByLine;
  /** Ships all units together, or none. */
  shipComplete: boolean;
}>;

/** One hold for each code; the details of several reasons are joined. */
export const firstHolds = (given: HoldsProblem, placed: Pick<Hold, "placedAt" | "placedBy">): Hold[] =>
  onePerCode([
    ...given.order.problems,
    ...(isEnded(given.order) ? [] : unshippableReasons(given)),
    ...shortageReasons(given),
    ...paymentReasons(given.order),
  ]).map((reason) => ({ ...reason, ...placed }));

/** Why no location may send the line; null if another reason keeps it unsourced, or none. */
export function noLocationDetail(stock: StockByLine, lineId: LineId): string | null {
  const given = stock.get(lineId);
  return given?.found === false ? (given.noLocation ?? null) : null;
}

/** The hold for lines that no location may send; null if there are none. */
export function noLocationReason(lines: readonly OrderLine[], stock: StockByLine): HoldReason | null {
  const details = new Set(
    lines.flatMap(({ id, sku, title }) => {
      const detail = noLocationDetail(stock, id);
      return detail === null ? [] : [`${sku ?? title}: ${detail}.`];
    }),
  );
  return details.size === 0 ? null : { code: "no_location", detail: detailOf([...details]) };
}

function unshippableReasons({ order, lines, stock }: HoldsProblem): HoldReason[] {
  const reasons: HoldReason[] = [];
  const unknown = lines.flatMap(({ id, unsourced, sku }) =>
    unsourced > 0 && sku !== null && noLocationDetail(stock, id) === null ? [sku] : [],
  );
  if (unknown.length > 0)
    reasons.push({ code: "unknown_sku", detail: `Unknown SKU: ${unknown.join(", ")}.` });
  const noLocation = noLocationReason(lines, stock);
  if (noLocation) reasons.push(noLocation);
  if (shipsToUnknownCountry(order)) {
    reasons.push({ code: "destination_unknown", detail: "The address has no country." });
  }
  return reasons;
}

const shipsToUnknownCountry = (order: NewOrder): boolean =>
  order.shippingAddress !== null &&
  order.shippingAddress.countryCode === null &&
  order.pickupLocationId === null &&
  order.lines.some(needsStock);

function shortageReasons({ lines, channel, shipComplete }: HoldsProblem): HoldReason[] {
  const short = lines.filter(({ backordered }) => backordered > 0);
  if (short.length === 0) return [];
  const units = short.map(({ backordered, sku }) => `${backordered} of ${sku}`).join(", ");
  const reasons: HoldReason[] = [];
  if (shipComplete) {
    reasons.push({ code: "ship_complete", detail: `It must ship complete, and waits for ${units}.` });
  }
  if (channel.shortagePolicy === "hold") {
    reasons.push({ code: "stock_short", detail: `Sold without stock: ${units}.` });
  }
  return reasons;
}

const paymentReasons = ({ totalMinor, payments, ...order }: NewOrder): HoldReason[] =>
  !isEnded(order) && totalMinor > 0 && payments.every(({ amountMinor }) => amountMinor === 0)
    ? [{ code: "payment_pending", detail: "The storefront has reported no payment." }]
    : [];

function onePerCode(reasons: readonly HoldReason[]): HoldReason[] {
  const byCode = Map.groupBy(reasons, ({ code }) => code);
  return [...byCode].map(([code, same]) => ({ code, detail: detailOf(same.map(({ detail }) => detail)) }));
}

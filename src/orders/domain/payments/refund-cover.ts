/**
 * What the refunds of an order pay back: the worth of the units and the shipping that each lists, or nothing in
 * particular.
 */
import { unitShare } from "../../../kernel/money";
import { payable } from "../amounts";
import { linesOf, type Order, type RecordedRefund } from "../order";
import { amountsOfUnits } from "../order-line";
import { shippingCharge } from "./order-money";

export type RefundCover = Readonly<{
  /** Of all refunds, what pays for units and shipping that they list. */
  coveredMinor: number;
  /** The rest of what was refunded. */
  uncoveredMinor: number;
  /**
   * By how much refunds of returned units were less than the units' worth: what may have been kept as a fee. None of a
   * refund without money: it is not paid yet, or the units were exchanged.
   */
  shortfallMinor: number;
}>;

/** Units of one storefront line that are gone, with their worth. Refunds take them in turn. */
type Pool = { units: number; worth: number; taken: number };

/** The same facts give the same amounts: refunds are read in the sequence of their time and id. */
export function refundCover(order: Order): RefundCover {
  const pools = new Map<string, Readonly<{ cancelled: Pool; returned: Pool }>>();
  let shippingLeft = shippingCharge(order);
  let [coveredMinor, uncoveredMinor, shortfallMinor] = [0, 0, 0];
  for (const refund of order.refunds.toSorted(inSequence)) {
    if (refund.amountMinor === 0 && refund.lines.length === 0) continue;
    let worth = 0;
    let returnedWorth = 0;
    for (const { externalLineId, quantity, returned } of refund.lines) {
      const pool = pools.get(externalLineId) ?? poolsOf(order, externalLineId);
      pools.set(externalLineId, pool);
      const back = take(pool.returned, returned);
      returnedWorth += back;
      worth += back + take(pool.cancelled, quantity - returned);
    }
    const shipping = Math.min(refund.shippingMinor, shippingLeft);
    shippingLeft -= shipping;
    const covered = Math.min(refund.amountMinor, Math.max(0, worth + shipping));
    coveredMinor += covered;
    uncoveredMinor += refund.amountMinor - covered;
    if (refund.amountMinor === 0) continue;
    shortfallMinor += Math.max(0, Math.min(worth + shipping - covered, returnedWorth));
  }
  return { coveredMinor, uncoveredMinor, shortfallMinor };
}

const inSequence = (a: RecordedRefund, b: RecordedRefund): number =>
  a.at - b.at || (a.externalId < b.externalId ? -1 : 1);

function poolsOf(order: Order, externalLineId: string): Readonly<{ cancelled: Pool; returned: Pool }> {
  const cancelled: Pool = { units: 0, worth: 0, taken: 0 };
  const returned: Pool = { units: 0, worth: 0, taken: 0 };
  for (const line of linesOf(order, externalLineId)) {
    cancelled.units += line.cancelled;
    cancelled.worth += payable(
      amountsOfUnits(line, line.ordered - line.cancelled, line.ordered),
      order.taxIncluded,
    );
    returned.units += line.returned;
    returned.worth += payable(amountsOfUnits(line, 0, line.returned), order.taxIncluded);
  }
  return { cancelled, returned };
}

/** The worth of the next units of the pool; of fewer units, if the pool does not have so many. */
function take(pool: Pool, quantity: number): number {
  const from = pool.taken;
  const to = Math.min(pool.units, from + quantity);
  pool.taken = Math.max(from, to);
  return to <= from ? 0 : unitShare(pool.worth, pool.units, from, to);
}

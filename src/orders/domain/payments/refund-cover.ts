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
   * By how much refunds were less than the worth of what they list, as far as it may have been kept as a fee: what the
   * storefront lists as kept, or the worth of returned units. None of a refund without money: it is not paid yet, or the
   * units were exchanged.
   */
  shortfallMinor: number;
  /** By how much refunds were less than the worth of their units, or (uncovered too) more, for rounding alone. */
  roundedOffMinor: number;
  roundedUpMinor: number;
}>;

/** Units of one storefront line that are gone, with their worth. Refunds take them in turn. */
type Pool = { units: number; worth: number; taken: number };

type Pools = Readonly<{
  cancelled: Pool;
  returned: Pool;
  /** How many figures of a unit are rounded, here and at the storefront: its tax, and prices that do not divide evenly. */
  roundedFigures: number;
}>;

/** The same facts give the same amounts: refunds are read in the sequence of their time and id. */
export function refundCover(order: Order): RefundCover {
  const pools = new Map<string, Pools>();
  let shippingLeft = shippingCharge(order);
  let [coveredMinor, uncoveredMinor, shortfallMinor, roundedOffMinor, roundedUpMinor] = [0, 0, 0, 0, 0];
  for (const refund of order.refunds.toSorted(inSequence)) {
    if (refund.amountMinor === 0 && refund.lines.length === 0) continue;
    let worth = 0;
    let returnedWorth = 0;
    let mayDiffer = 0;
    for (const { externalLineId, quantity, returned } of refund.lines) {
      const pool = pools.get(externalLineId) ?? poolsOf(order, externalLineId);
      pools.set(externalLineId, pool);
      mayDiffer += pool.roundedFigures;
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
    const missing = worth + shipping - covered;
    const isRounding = Math.abs(worth + shipping - refund.amountMinor) <= mayDiffer;
    if (isRounding) {
      roundedOffMinor += Math.max(0, missing);
      roundedUpMinor += refund.amountMinor - covered;
    } else {
      shortfallMinor += Math.max(0, Math.min(missing, Math.max(returnedWorth, refund.keptMinor ?? 0)));
    }
  }
  return { coveredMinor, uncoveredMinor, shortfallMinor, roundedOffMinor, roundedUpMinor };
}

const inSequence = (a: RecordedRefund, b: RecordedRefund): number =>
  a.at - b.at || (a.externalId < b.externalId ? -1 : 1);

function poolsOf(order: Order, externalLineId: string): Pools {
  const cancelled: Pool = { units: 0, worth: 0, taken: 0 };
  const returned: Pool = { units: 0, worth: 0, taken: 0 };
  let roundedFigures = 0;
  for (const line of linesOf(order, externalLineId)) {
    const prices = [line.grossMinor, line.discountMinor];
    roundedFigures += prices.filter((price) => price % line.ordered !== 0).length;
    roundedFigures += line.taxMinor === 0 ? 0 : 1;
    cancelled.units += line.cancelled;
    cancelled.worth += payable(
      amountsOfUnits(line, line.ordered - line.cancelled, line.ordered),
      order.taxIncluded,
    );
    returned.units += line.returned;
    returned.worth += payable(amountsOfUnits(line, 0, line.returned), order.taxIncluded);
  }
  return { cancelled, returned, roundedFigures };
}

/** The worth of the next units of the pool; of fewer units, if the pool does not have so many. */
function take(pool: Pool, quantity: number): number {
  const from = pool.taken;
  const to = Math.min(pool.units, from + quantity);
  pool.taken = Math.max(from, to);
  return to <= from ? 0 : unitShare(pool.worth, pool.units, from, to);
}

/**
 * Checks that every order passes, whatever its source. An order that was sold is stored all the same, and held for its
 * problems. Only an order whose amounts cannot be booked is rejected.
 */
import { formatMoney, MAX_AMOUNT_MINOR } from "../../kernel/money";
import { payable } from "./amounts";
import type { HoldReason } from "./holds/hold";
import type { NewOrder } from "./new-order";

type Sums = Pick<NewOrder, "lines" | "shipping" | "taxIncluded"> & Partial<Pick<NewOrder, "roundingMinor">>;

/** The sum of lines, shipping and rounding: what the order's total should be. */
export const computedTotal = ({ lines, shipping, taxIncluded, roundingMinor = 0 }: Sums): number =>
  lines.reduce(
    (sum, line) => sum + payable(line, taxIncluded),
    payable(shipping, taxIncluded) + roundingMinor,
  );

/** The order with its problems: those that are given, then those found here. */
export function withProblems(order: Omit<NewOrder, "problems">, problems: readonly HoldReason[]): NewOrder {
  const found: HoldReason[] = [...problems];
  const computed = computedTotal(order);
  if (computed !== order.totalMinor) found.push(totalsMismatch(order, computed));
  const physical = order.lines.filter((line) => line.kind === "physical");
  const withoutSku = physical.filter((line) => line.sku === null);
  if (withoutSku.length > 0) {
    found.push({ code: "sku_missing", detail: `no SKU: ${withoutSku.map((line) => line.title).join(", ")}` });
  }
  if (physical.length > 0 && order.shippingAddress === null && order.pickupLocationId === null) {
    found.push({ code: "address_missing", detail: "goods to ship, and no shipping address" });
  }
  return { ...order, problems: found };
}

function totalsMismatch(
  { totalMinor, currency }: Pick<NewOrder, "totalMinor" | "currency">,
  computed: number,
): HoldReason {
  const text = (amountMinor: number) => `${formatMoney(amountMinor, currency)} ${currency}`;
  return {
    code: "totals_mismatch",
    detail: `lines and shipping add up to ${text(computed)}, the total is ${text(totalMinor)}: a difference of ${text(totalMinor - computed)}`,
  };
}

/**
 * Why the amounts of the order cannot be booked: a negative amount, a discount above the price, or more than the books
 * take of one order. Empty if they can.
 */
export function unbookableReasons(
  order: Sums & Pick<NewOrder, "totalMinor"> & Partial<Pick<NewOrder, "payments" | "refunds">>,
): string[] {
  const charges = [
    ...order.lines.map((line) => ({ ...line, name: `line ${line.externalId}` })),
    { ...order.shipping, name: "shipping" },
  ];
  const found = charges.flatMap(({ name, grossMinor, discountMinor, taxMinor }) => {
    if (grossMinor < 0 || discountMinor < 0 || taxMinor < 0) return [`${name} has a negative amount`];
    return discountMinor > grossMinor ? [`${name} has a discount above its price`] : [];
  });
  if (order.totalMinor < 0) found.push("the total is negative");
  const { payments = [], refunds = [], roundingMinor = 0 } = order;
  const charged = charges.reduce((sum, { grossMinor, taxMinor }) => sum + grossMinor + taxMinor, 0);
  const moved = [...payments, ...refunds].reduce((sum, { amountMinor }) => sum + Math.abs(amountMinor), 0);
  const shippingRefunded = refunds.reduce((sum, { shippingMinor }) => sum + Math.abs(shippingMinor), 0);
  const sums = [charged, order.totalMinor, moved, shippingRefunded, Math.abs(roundingMinor)];
  if (!sums.every((sum) => sum <= MAX_AMOUNT_MINOR)) found.push("the order is too large");
  return found;
}

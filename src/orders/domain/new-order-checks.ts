/**
 * What every order is looked at for, whoever sent it: that it adds up, that its goods can be told and that
 * they can be sent somewhere. An order that was sold is taken in all the same, and held with the reason.
 */
import { formatMoney, apportion } from "../../kernel/money";
import { payable, type Amounts, type HoldReason, type NewOrder, type NewOrderLine } from "./order";

type Sums = Pick<NewOrder, "lines" | "shipping" | "taxIncluded">;

/** What the lines and the shipping come to. */
export const partsTotal = ({ lines, shipping, taxIncluded }: Sums): number =>
  lines.reduce((sum, line) => sum + payable(line, taxIncluded), payable(shipping, taxIncluded));

/** The order with everything that is wrong with it named, after what its amounts already said. */
export function checked(order: Omit<NewOrder, "problems">, problems: readonly HoldReason[]): NewOrder {
  const found: HoldReason[] = [...problems];

  const parts = partsTotal(order);
  if (parts !== order.totalMinor) {
    const say = (amountMinor: number) => `${formatMoney(amountMinor, order.currency)} ${order.currency}`;
    found.push({
      code: "totals_mismatch",
      detail: `the parts come to ${say(parts)}, the total says ${say(order.totalMinor)}: a difference of ${say(order.totalMinor - parts)}`,
    });
  }

  const physical = order.lines.filter((line) => line.kind === "physical");
  const unnamed = physical.filter((line) => line.sku === null);
  if (unnamed.length > 0) {
    found.push({ code: "sku_missing", detail: `no SKU: ${unnamed.map((line) => line.title).join(", ")}` });
  }
  if (physical.length > 0 && order.shippingAddress === null && order.pickupLocationId === null) {
    found.push({ code: "address_missing", detail: "goods to send, and no shipping address" });
  }
  return { ...order, problems: found };
}

/**
 * Takes an amount that is told for the whole order off its lines, in proportion to what each still costs,
 * and never below nothing.
 */
export function discountLines(lines: readonly NewOrderLine[], amountMinor: number): NewOrderLine[] {
  const weights = lines.map((line) => Math.max(0, line.grossMinor - line.discountMinor));
  const most = weights.reduce((sum, weight) => sum + weight, 0);
  if (most === 0) return [...lines];
  const parts = apportion(Math.min(amountMinor, most), weights);
  return lines.map((line, i) => ({ ...line, discountMinor: line.discountMinor + parts[i]! }));
}

/** A charge that is no goods: a tip, duty, a surcharge. */
export const feeLine = (
  externalId: string,
  title: string,
  { grossMinor, discountMinor, taxMinor }: Amounts,
): NewOrderLine => ({
  externalId,
  sku: null,
  title,
  kind: "fee",
  quantity: 1,
  removed: 0,
  unitPriceMinor: grossMinor,
  grossMinor,
  discountMinor,
  taxMinor,
});

/**
 * What no order can be: an amount below nothing, a discount above its price, a sum past 2^53, where numbers
 * are no longer exact. Empty for an order that can be booked.
 */
export function unbookable(
  order: Sums & Pick<NewOrder, "totalMinor"> & Partial<Pick<NewOrder, "payments" | "refunds">>,
): string[] {
  const parts = [
    ...order.lines.map((line) => ({ ...line, name: `line ${line.externalId}` })),
    { ...order.shipping, name: "shipping" },
  ];
  const found = parts.flatMap(({ name, grossMinor, discountMinor, taxMinor }) => {
    if (grossMinor < 0 || discountMinor < 0 || taxMinor < 0) return [`${name} has a negative amount`];
    return discountMinor > grossMinor ? [`${name} is discounted below nothing`] : [];
  });
  if (order.totalMinor < 0) found.push("the total is negative");
  const money = [...(order.payments ?? []), ...(order.refunds ?? [])];
  const moved = money.reduce((sum, { amountMinor }) => sum + Math.abs(amountMinor), 0);
  const sums = [partsTotal(order), order.totalMinor, moved, ...order.lines.map((line) => line.grossMinor)];
  if (!sums.every(Number.isSafeInteger)) found.push("the order is too large");
  return found;
}

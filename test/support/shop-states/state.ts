/**
 * States of one order as a storefront may have it, before they are written in a storefront's own form: what was bought,
 * removed, sent, refunded and paid. Amounts are whole minor units, or the currency's own units where it has no others.
 */
import fc from "fast-check";

export type ShopLine = Readonly<{
  id: number;
  kind: "physical" | "digital" | "gift_card";
  sku: string;
  title: string;
  /** Units as first ordered, of which an edit removed some. */
  ordered: number;
  removed: number;
  /** Units that the storefront had sent. */
  sent: number;
  unitMinor: number;
  /** Of the whole line. */
  discountMinor: number;
  isTaxed: boolean;
}>;

/** `restock`: units are cancelled before they are sent, returned afterwards, or neither. */
export type ShopRefund = Readonly<{
  id: number;
  lineId: number;
  units: number;
  restock: "cancel" | "return" | "none";
  /** Whether its units were sent before. */
  areSent: boolean;
  /** Whether the shipping is refunded too. */
  withShipping: boolean;
  goodwillMinor: number;
}>;

export type Ending = "none" | "cancelled" | "refunded" | "trash" | "failed" | "held" | "voided";

export type ShopState = Readonly<{
  /** Minutes after the first state. */
  minute: number;
  lines: readonly ShopLine[];
  shippingMinor: number;
  shippingDiscountMinor: number;
  isShippingTaxed: boolean;
  tipMinor: number;
  dutyMinor: number;
  feeMinor: number;
  taxIncluded: boolean;
  /** How much is paid: nothing, only authorized, a half, or everything. */
  payment: "none" | "authorized" | "half" | "all";
  giftCardMinor: number;
  refunds: readonly ShopRefund[];
  ending: Ending;
  isTest: boolean;
  currency: string;
  address: ShopAddress | null;
  email: string;
  note: string | null;
  method: string;
  tracking: string | null;
}>;

export type ShopAddress = Readonly<{ street: string; city: string; zip: string; country: string }>;

const LONDON: ShopAddress = { street: "1 Main Street", city: "London", zip: "E1 6AN", country: "GB" };
const ADDRESSES: readonly ShopAddress[] = [
  LONDON,
  LONDON,
  { ...LONDON, street: "2 High Street" },
  { street: "3 rue du Bac", city: "Paris", zip: "75007", country: "FR" },
];

const line = (id: number): fc.Arbitrary<ShopLine> =>
  fc
    .record({
      kind: fc.constantFrom<ShopLine["kind"]>("physical", "physical", "physical", "digital"),
      sku: fc.constantFrom("A", "A", "A", "B"),
      ordered: fc.integer({ min: 1, max: 3 }),
      removed: fc.constantFrom(0, 0, 0, 1),
      sent: fc.constantFrom(0, 0, 0, 1, 3),
      unitMinor: fc.constantFrom(1000, 1000, 1250, 999),
      discountMinor: fc.constantFrom(0, 0, 250, 333),
      isTaxed: fc.boolean(),
    })
    .map((given) => {
      // One unit of the first line is left: an order of which nothing is left is cancelled.
      const removed = Math.min(given.removed, id === 1 ? given.ordered - 1 : given.ordered);
      return {
        ...given,
        id,
        title: `Line ${id}`,
        removed,
        sent: Math.min(given.sent, given.ordered - removed),
      };
    });

const refund = (id: number) =>
  fc.record({
    id: fc.constant(id),
    lineId: fc.constantFrom(1, 2),
    units: fc.constantFrom(0, 1, 1, 2),
    restock: fc.constantFrom<ShopRefund["restock"]>("cancel", "return", "none"),
    areSent: fc.constant(false),
    withShipping: fc.constantFrom(false, false, true),
    goodwillMinor: fc.constantFrom(0, 0, 200),
  });

/** Any state: realistic, as far as one state goes, whatever came before it. */
export const shopState: fc.Arbitrary<ShopState> = fc
  .record({
    first: line(1),
    second: fc.option(line(2), { freq: 2 }),
    shippingMinor: fc.constantFrom(0, 500, 500),
    shippingDiscountMinor: fc.constantFrom(0, 0, 0, 100),
    isShippingTaxed: fc.boolean(),
    tipMinor: fc.constantFrom(0, 0, 0, 150),
    dutyMinor: fc.constantFrom(0, 0, 0, 320),
    feeMinor: fc.constantFrom(0, 0, 0, 484),
    taxIncluded: fc.constantFrom(false, false, true),
    payment: fc.constantFrom<ShopState["payment"]>("all", "all", "all", "authorized", "half", "none"),
    giftCardMinor: fc.constantFrom(0, 0, 0, 400),
    refunds: fc.tuple(fc.option(refund(901), { freq: 2 }), fc.option(refund(902), { freq: 2 })),
    ending: fc.constantFrom<Ending>(
      ...(["none", "none", "none", "none", "none"] as const),
      ...(["cancelled", "refunded", "trash", "failed", "held", "voided"] as const),
    ),
    isTest: fc.constantFrom(false, false, false, false, false, false, false, true),
    currency: fc.constantFrom("GBP", "GBP", "GBP", "GBP", "GBP", "GBP", "GBP", "JPY"),
    address: fc.constantFrom(...ADDRESSES, null),
    email: fc.constantFrom("ada@example.com", "ada@example.com", "ada@example.org"),
    note: fc.constantFrom(null, "Ring twice."),
    method: fc.constantFrom("Standard", "Standard", "Express"),
    tracking: fc.constantFrom(null, "1Z999"),
  })
  .map(({ first, second, refunds, ...rest }) => {
    const lines = second === null ? [first] : [first, second];
    const state = { ...rest, minute: 0, lines, refunds: possibleRefunds({ ...rest, lines }, refunds) };
    const isUnpaid = state.ending === "voided" || state.ending === "failed";
    return isUnpaid || refundedMinor(state) > dueOf(state) ? { ...state, refunds: [] } : state;
  });

/** Only what was paid is refunded, and each unit once: sent units come back, others are cancelled. */
function possibleRefunds(
  { lines, payment }: Pick<ShopState, "lines" | "payment">,
  wanted: readonly (ShopRefund | null)[],
): ShopRefund[] {
  if (payment !== "all") return [];
  const left = new Map(
    lines.map(({ id, ordered, removed, sent }) => [id, { open: ordered - removed - sent, sent }]),
  );
  let isShippingLeft = true;
  return wanted.flatMap((each) => {
    if (each === null) return [];
    const of = left.get(each.lineId);
    const areSent = each.restock === "return" || (each.restock === "none" && of?.open === 0);
    const from = areSent ? "sent" : "open";
    const units = Math.min(each.units, of?.[from] ?? 0);
    if (of) of[from] -= units;
    const withShipping = each.withShipping && isShippingLeft;
    isShippingLeft &&= !withShipping;
    const isEmpty = units === 0 && !withShipping && each.goodwillMinor === 0;
    return isEmpty
      ? []
      : [{ ...each, units, areSent, withShipping, id: idOf({ ...each, units, areSent, withShipping }) }];
  });
}

/** A refund never changes at a storefront: another refund has another id. */
const idOf = ({ id, lineId, units, restock, areSent, withShipping, goodwillMinor }: ShopRefund): number =>
  Number(
    [id, lineId, units, RESTOCKS.indexOf(restock), Number(areSent), Number(withShipping), goodwillMinor].join(
      "",
    ),
  );

const RESTOCKS: readonly ShopRefund["restock"][] = ["cancel", "return", "none"];

const TAX_PERCENT = 20;

/** The tax of an amount, rounded half up, as storefronts round each line. */
export const taxOf = (amountMinor: number, isTaxed: boolean, taxIncluded: boolean): number => {
  if (!isTaxed) return 0;
  return Math.floor((amountMinor * TAX_PERCENT) / (taxIncluded ? 100 + TAX_PERCENT : 100) + 0.5);
};

/** What a line or the shipping costs; `payMinor`: with its tax. */
export type Cost = Readonly<{ netMinor: number; taxMinor: number; payMinor: number }>;

export function costOf(netMinor: number, isTaxed: boolean, taxIncluded: boolean): Cost {
  const taxMinor = taxOf(netMinor, isTaxed, taxIncluded);
  return { netMinor, taxMinor, payMinor: taxIncluded ? netMinor : netMinor + taxMinor };
}

export const lineCost = (each: ShopLine, { taxIncluded }: Pick<ShopState, "taxIncluded">): Cost =>
  costOf(each.unitMinor * each.ordered - each.discountMinor, each.isTaxed, taxIncluded);

export const shippingCost = (state: ShopState): Cost =>
  costOf(
    state.shippingMinor - Math.min(state.shippingMinor, state.shippingDiscountMinor),
    state.isShippingTaxed,
    state.taxIncluded,
  );

/** The part of a line's cost that some of its units have. */
export function unitsCost(each: ShopLine, units: number, state: ShopState): Cost {
  const { netMinor, taxMinor } = lineCost(each, state);
  const part = (amount: number) => Math.round((amount * units) / each.ordered);
  const [net, tax] = [part(netMinor), part(taxMinor)];
  return { netMinor: net, taxMinor: tax, payMinor: state.taxIncluded ? net : net + tax };
}

export const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0);

/** All that was ordered, before refunds and removals. */
export const totalOf = (state: ShopState): number =>
  sum(state.lines.map((each) => lineCost(each, state).payMinor)) +
  shippingCost(state).payMinor +
  state.tipMinor +
  state.dutyMinor +
  state.feeMinor;

/** What is to be paid after edits, before refunds. */
export const dueOf = (state: ShopState): number =>
  totalOf(state) - sum(state.lines.map((each) => unitsCost(each, each.removed, state).payMinor));

export const refundedUnits = ({ refunds }: ShopState, lineId: number): number =>
  sum(refunds.filter((each) => each.lineId === lineId).map(({ units }) => units));

export type RefundCost = Readonly<{ goods: Cost; shipping: Cost; amountMinor: number }>;

const NOTHING: Cost = { netMinor: 0, taxMinor: 0, payMinor: 0 };

export function refundCost(each: ShopRefund, state: ShopState): RefundCost {
  const of = state.lines.find(({ id }) => id === each.lineId);
  const goods = of ? unitsCost(of, each.units, state) : NOTHING;
  const shipping = each.withShipping ? shippingCost(state) : NOTHING;
  return { goods, shipping, amountMinor: goods.payMinor + shipping.payMinor + each.goodwillMinor };
}

export const refundedMinor = (state: ShopState): number =>
  sum(state.refunds.map((each) => refundCost(each, state).amountMinor));

/** Units that are still to be sent, at the storefront. */
export const openThere = ({ id, ordered, removed, sent }: ShopLine, { refunds }: ShopState): number =>
  ordered -
  removed -
  sent -
  sum(refunds.filter(({ lineId, areSent }) => lineId === id && !areSent).map(({ units }) => units));

/** An amount as decimal text in the state's currency. */
export const moneyIn =
  ({ currency }: Pick<ShopState, "currency">) =>
  (minor: number): string =>
    currency === "JPY" ? String(minor) : (minor / 100).toFixed(2);

const START = Date.UTC(2026, 10, 22, 12);

/** ISO 8601, in UTC. */
export const timeOf = ({ minute }: Pick<ShopState, "minute">): string =>
  new Date(START + minute * 60_000).toISOString().replace(".000Z", "Z");

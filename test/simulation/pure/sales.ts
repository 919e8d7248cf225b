/** Orders as storefronts sell them, and what then happens to them: each said by one number. */
import fc from "fast-check";
import type { LineStock } from "../../../src/orders/domain/creation/new-line";
import { createOrder } from "../../../src/orders/domain/creation/order-creation";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { NewOrder, NewOrderLine } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import type { RefundRules } from "../../../src/orders/domain/payments/refunds";
import { decideStorefrontUpdate } from "../../../src/orders/domain/storefront/storefront-update";
import { lineIdOf, orderIdOf, type LineId } from "../../../src/kernel/ids";
import type { Channel } from "../../../src/catalog/domain/channel";
import { anAddress } from "../../support/an-order";
import type { UnitsOfOrder } from "./order-model";
import { plainChannel } from "../../support/reference-defaults";

export const NOW = 1_000_000;
export const UNIT_COST = 700;
export const LOCATIONS = ["east", "west"] as const;

export type LineSold = Readonly<{
  kind: "physical" | "digital" | "gift_card";
  /** AllocationResult east and west, owed, and what nobody could source: one of them at least is not zero. */
  units: readonly [number, number, number, number];
  unitPriceMinor: number;
  discountMinor: number;
  taxMinor: number;
}>;

export type Sale = Readonly<{
  lines: readonly LineSold[];
  taxIncluded: boolean;
  shippingMinor: number;
  shippingTaxMinor: number;
  /** In hundredths of what it comes to; none says that nobody has paid. */
  paid: number;
}>;

const total = (units: readonly number[]): number => units.reduce((sum, each) => sum + each, 0);

const few = fc.integer({ min: 0, max: 3 });
const line: fc.Arbitrary<LineSold> = fc
  .record({
    kind: fc.constantFrom("physical", "physical", "physical", "physical", "digital", "gift_card"),
    units: fc.tuple(few, few, few, fc.constantFrom(0, 0, 0, 2)),
    unitPriceMinor: fc.integer({ min: 0, max: 2_500 }),
    discount: fc.integer({ min: 0, max: 100 }),
    tax: fc.integer({ min: 0, max: 25 }),
  })
  .map(({ units, discount, tax, ...rest }) => {
    const some = units.some((quantity) => quantity > 0) ? units : ([1, 0, 0, 0] as const);
    const gross = rest.unitPriceMinor * total(some);
    const discountMinor = Math.floor((gross * discount) / 100);
    const taxMinor = Math.floor(((gross - discountMinor) * tax) / 100);
    return { ...rest, units: some, discountMinor, taxMinor };
  });

export const sale: fc.Arbitrary<Sale> = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  taxIncluded: fc.boolean(),
  shippingMinor: fc.constantFrom(0, 1, 500, 999),
  shippingTaxMinor: fc.constantFrom(0, 0, 37),
  paid: fc.constantFrom(0, 33, 100, 100, 100, 110),
});

/** The order as its storefront tells it, with so much paid. */
export function newOrderOf({ lines, taxIncluded, ...sold }: Sale): NewOrder {
  const shipping = {
    grossMinor: sold.shippingMinor,
    discountMinor: 0,
    taxMinor: Math.min(sold.shippingTaxMinor, sold.shippingMinor),
  };
  const eventCount = lines.map((each, i): NewOrderLine => {
    const { kind, unitPriceMinor, discountMinor, taxMinor } = each;
    const quantity = total(each.units);
    const amounts = { grossMinor: unitPriceMinor * quantity, discountMinor, taxMinor };
    const sku = kind === "physical" ? `SKU-${i}` : null;
    return {
      externalId: `${i}`,
      sku,
      title: `Line ${i}`,
      kind,
      quantity,
      removed: 0,
      unitPriceMinor,
      ...amounts,
    };
  });
  const totalMinor = [...eventCount, shipping].reduce(
    (sum, each) => sum + each.grossMinor - each.discountMinor + (taxIncluded ? 0 : each.taxMinor),
    0,
  );
  const amountMinor = Math.floor((totalMinor * sold.paid) / 100);
  return {
    channelId: "web",
    externalId: "1001",
    number: "#1001",
    currency: "EUR",
    taxIncluded,
    placedAt: NOW,
    storefrontUpdatedAt: NOW,
    cancelledAt: null,
    cancelReason: null,
    email: "ada@example.com",
    phone: null,
    customerName: "Ada Lovelace",
    locale: "en-GB",
    shippingAddress: anAddress,
    billingAddress: anAddress,
    shippingMethod: "Standard",
    pickupLocationId: null,
    lines: eventCount,
    shipping,
    totalMinor,
    payments: amountMinor === 0 ? [] : [{ externalId: "first", kind: "captured", amountMinor, at: NOW }],
    refunds: [],
    note: null,
    reservationTokens: [],
    problems: [],
  };
}

export const RULES: RefundRules = { by: "test", now: NOW, restockLocationId: () => "east" };

const CHANNEL: Channel = {
  id: "web",
  name: "Web",
  kind: "shopify",
  currency: "EUR",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
};

export type Accepted = Readonly<{ order: Order; events: readonly OrderEvent[]; units: UnitsOfOrder }>;

/** Takes the sale in, as the command does. */
export function accepted(sold: Sale): Accepted {
  const incoming = newOrderOf(sold);
  const id = orderIdOf(incoming.channelId, incoming.externalId);
  const stock = new Map<LineId, LineStock>();
  for (const [i, { kind, units }] of sold.lines.entries()) {
    const [east, west, backordered, unsourced] = units;
    if (kind !== "physical") continue;
    const allocated = [
      { locationId: "east", quantity: east },
      { locationId: "west", quantity: west },
    ].filter(({ quantity }) => quantity > 0);
    const known = unsourced === 0 || allocated.length > 0 || backordered > 0;
    const found = { found: true, allocated, backordered, unitCostMinor: UNIT_COST } as const;
    stock.set(lineIdOf(id, `${i}`, total(units)), known ? found : { found: false });
  }
  const { order: bare, placed } = createOrder({
    order: incoming,
    channel: CHANNEL,
    stock,
    now: NOW,
    by: "test",
  });
  const synced = decideStorefrontUpdate(bare, incoming, RULES);
  const order = evolveAll(bare, synced, NOW);
  return { order, events: [placed, ...synced], units: unitsSold(sold, order) };
}

function unitsSold({ lines }: Sale, order: Order): UnitsOfOrder {
  const parts = order.fulfillments.map(({ id, locationId: where }) => ({
    id,
    where,
    status: "planned" as const,
  }));
  const partAt = (where: string | null) => parts.find((part) => part.where === where)?.id ?? null;
  const units = lines.flatMap(({ kind, units: [east, west, owed, unsourced] }, i) => {
    const line = order.lines[i]!.id;
    const some = (quantity: number, state: "allocated" | "backordered" | "unsourced", part: string | null) =>
      Array.from({ length: quantity }, () => ({
        line,
        state,
        part,
        arrived: false,
        returned: false,
        restocked: false,
      }));
    if (kind !== "physical") return some(east + west + owed + unsourced, "allocated", partAt(null));
    return [
      ...some(east, "allocated", partAt("east")),
      ...some(west, "allocated", partAt("west")),
      ...some(owed, "backordered", null),
      ...some(unsourced, "unsourced", null),
    ];
  });
  return { units, parts };
}

/** Random sales of a storefront, and the orders that the domain creates from them. */
import fc from "fast-check";
import type { LineStock } from "../../../src/orders/domain/creation/new-line";
import { createOrder } from "../../../src/orders/domain/creation/order-creation";
import { evolve, evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { NewOrder, NewOrderLine } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import type { RefundRules } from "../../../src/orders/domain/payments/refunds";
import { decideTakenBack, decideTheRest } from "../../../src/orders/domain/storefront/storefront-update";
import { lineIdOf, orderIdOf, type LineId } from "../../../src/kernel/ids";
import type { Channel } from "../../../src/catalog/domain/channel";
import { anAddress } from "../../support/an-order";
import type { OrderUnits } from "./order-model";
import { plainChannel } from "../../support/reference-defaults";

export const NOW = 1_000_000;
export const UNIT_COST = 700;
export const LOCATIONS = ["east", "west"] as const;

export type SoldLine = Readonly<{
  kind: "physical" | "digital" | "gift_card";
  /** Units allocated in the east and the west, backordered, and unsourced. Their sum is at least one. */
  units: readonly [number, number, number, number];
  unitPriceMinor: number;
  discountMinor: number;
  taxMinor: number;
}>;

export type Sale = Readonly<{
  lines: readonly SoldLine[];
  taxIncluded: boolean;
  shippingMinor: number;
  shippingTaxMinor: number;
  /** The paid percentage of the total. */
  paid: number;
}>;

const total = (units: readonly number[]): number => units.reduce((sum, each) => sum + each, 0);

const few = fc.integer({ min: 0, max: 3 });
const line: fc.Arbitrary<SoldLine> = fc
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

/** The order as its storefront sends it. */
export function newOrderOf({ lines, taxIncluded, ...sold }: Sale): NewOrder {
  const shipping = {
    grossMinor: sold.shippingMinor,
    discountMinor: 0,
    taxMinor: Math.min(sold.shippingTaxMinor, sold.shippingMinor),
  };
  const newLines = lines.map((each, i): NewOrderLine => {
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
  const totalMinor = [...newLines, shipping].reduce(
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
    lines: newLines,
    shipping,
    totalMinor,
    payments: amountMinor === 0 ? [] : [{ externalId: "first", kind: "captured", amountMinor, at: NOW }],
    refunds: [],
    roundingMinor: 0,
    fulfilled: [],
    isTest: false,
    quoteId: null,
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

export type CreatedOrder = Readonly<{ order: Order; events: readonly OrderEvent[]; units: OrderUnits }>;

/** Creates the order as the command does, and the model of its units. */
export function createdOrder(sold: Sale): CreatedOrder {
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
  const takenBack = decideTakenBack(bare, incoming, RULES);
  const synced = [...takenBack, ...decideTheRest(takenBack.reduce(evolve, bare), incoming, RULES)];
  const order = evolveAll(bare, synced, NOW);
  return { order, events: [placed, ...synced], units: unitsSold(sold, order) };
}

function unitsSold({ lines }: Sale, order: Order): OrderUnits {
  const fulfillments = order.fulfillments.map(({ id, locationId: where }) => ({
    id,
    where,
    status: "planned" as const,
  }));
  const fulfillmentAt = (where: string | null) =>
    fulfillments.find((fulfillment) => fulfillment.where === where)?.id ?? null;
  const units = lines.flatMap(({ kind, units: [east, west, backordered, unsourced] }, i) => {
    const line = order.lines[i]!.id;
    const some = (
      quantity: number,
      state: "allocated" | "backordered" | "unsourced",
      fulfillment: string | null,
    ) =>
      Array.from({ length: quantity }, () => ({
        line,
        state,
        fulfillment,
        delivered: false,
        returned: false,
        restocked: false,
      }));
    if (kind !== "physical")
      return some(east + west + backordered + unsourced, "allocated", fulfillmentAt(null));
    return [
      ...some(east, "allocated", fulfillmentAt("east")),
      ...some(west, "allocated", fulfillmentAt("west")),
      ...some(backordered, "backordered", null),
      ...some(unsourced, "unsourced", null),
    ];
  });
  return { units, fulfillments };
}

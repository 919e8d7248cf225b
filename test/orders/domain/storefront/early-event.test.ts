/** Refunds and fulfillments that waited for their order. */
import { describe, expect, it } from "vitest";
import type { Order } from "../../../../src/orders/domain/order";
import { decideEarlyEvent, type EarlyEvent } from "../../../../src/orders/domain/storefront/early-event";
import { NOON } from "../../../support/an-order";
import { apply, create, refund, RULES } from "../order-steps";
import { aRefund, aSale, mugs, refundLines } from "../sales";

const order = create(aSale(mugs(2)));
/** A minute later, the storefront changed the order. */
const changed: Order = { ...order, storefrontUpdatedAt: NOON + 60_000 };
const atSecond = (second: number) => NOON + second * 1_000;

const refundAt = (second: number): EarlyEvent => ({
  type: "refund",
  refund: aRefund("r1", { at: atSecond(second), amountMinor: 2400, ...refundLines("1 Mug cancel") }),
  currency: "GBP",
  problems: [],
});
const parcelAt = (second: number): EarlyEvent => ({
  type: "fulfilled",
  fulfillment: {
    externalId: "f1",
    lines: [{ externalLineId: "Mug", quantity: 1 }],
    locationId: null,
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    at: atSecond(second),
  },
});
const known = refund(
  changed,
  aRefund("r1", { at: atSecond(30), amountMinor: 2400, ...refundLines("1 Mug cancel") }),
);

type Case = Readonly<{ name: string; order: Order; event: EarlyEvent; figures: number[]; held: string[] }>;

describe("an early event", () => {
  const unlisted = (what: string) =>
    `${what} was reported before the order, and a newer state of the order does not list it.`;

  it.each<Case>([
    { name: "a refund is applied", order, event: refundAt(30), figures: [2400, 0], held: [] },
    {
      name: "a refund of the second of the order's state is applied",
      order: changed,
      event: refundAt(60),
      figures: [2400, 0],
      held: [],
    },
    {
      name: "a refund that a newer state does not list holds the order",
      order: changed,
      event: refundAt(30),
      figures: [0, 0],
      held: [unlisted("Refund r1")],
    },
    {
      name: "a refund that the state lists changes nothing",
      order: known,
      event: refundAt(30),
      figures: [2400, 0],
      held: [],
    },
    { name: "a fulfillment is applied", order, event: parcelAt(30), figures: [0, 1], held: [] },
    {
      name: "a fulfillment that a newer state does not list holds the order",
      order: changed,
      event: parcelAt(30),
      figures: [0, 0],
      held: [unlisted("Fulfillment f1")],
    },
  ])("$name", ({ order: before, event, figures, held }) => {
    const after = apply(before, decideEarlyEvent(before, event, RULES));
    expect([after.refundedMinor, after.lines[0]!.shipped]).toEqual(figures);
    expect(after.holds.map(({ detail }) => detail)).toEqual(held);
    expect(decideEarlyEvent(after, event, RULES)).toEqual([]);
  });
});

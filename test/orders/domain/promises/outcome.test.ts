/** How the promise of a shipped line ends. */
import { describe, expect, it } from "vitest";
import type { Order } from "../../../../src/orders/domain/order";
import { decidePromises } from "../../../../src/orders/domain/promises/order-promises";
import { parcel } from "../mug-orders";
import { DAY, dueNow, facts, line, orderWith, promised, WEDNESDAY } from "./promise-orders";

/** Promised to leave on Wednesday, the 25th, and to arrive by Friday, the 27th; then shipped. */
const shipped = (shippedAt: number, deliveredAt: number | null): Order => {
  const before = promised(orderWith([line()], [dueNow({ status: "released", releasedAt: WEDNESDAY })]));
  return {
    ...before,
    lines: before.lines.map((each) => ({ ...each, allocated: 0, shipped: 2 })),
    fulfillments: [{ ...before.fulfillments[0]!, status: "shipped" }],
    shipments: [{ ...parcel("1", 2, "ful_a", deliveredAt), locationId: "east", shippedAt, service: null }],
  };
};

describe("a promise of a delivery day", () => {
  it.each([
    { name: "is kept on the last of its days", deliveredAt: WEDNESDAY + 2 * DAY, daysLate: 0 },
    { name: "is kept before", deliveredAt: WEDNESDAY + DAY, daysLate: 0 },
    { name: "is broken two days later", deliveredAt: WEDNESDAY + 4 * DAY, daysLate: 2 },
  ])("$name", ({ deliveredAt, daysLate }) => {
    const after = promised(shipped(WEDNESDAY, deliveredAt));
    expect(after.lines[0]!.promise!.outcome).toMatchObject({ daysLate, locationId: "east", carrier: "UPS" });
    expect(decidePromises(after, facts(), "order_changed")).toEqual([]);
  });

  it("is open until the last parcel is delivered", () => {
    expect(promised(shipped(WEDNESDAY, null)).lines[0]!.promise).toMatchObject({ outcome: null, moves: 0 });
    const oneOfTwo = shipped(WEDNESDAY, WEDNESDAY + DAY);
    const underWay = { ...oneOfTwo.shipments[0]!, id: "shp_2" as const, deliveredAt: null };
    const both = { ...oneOfTwo, shipments: [...oneOfTwo.shipments, underWay] };
    expect(promised(both).lines[0]!.promise!.outcome).toBeNull();
  });

  it("moves if the parcel left too late to arrive by it", () => {
    const late = promised(shipped(WEDNESDAY + DAY, null));
    expect(late.lines[0]!.promise).toMatchObject({ outcome: null, moves: 1, deliverByOn: "2026-11-30" });
    expect(promised(late)).toEqual(late);
  });

  it("settles with the last parcel of several", () => {
    const first = shipped(WEDNESDAY, WEDNESDAY + 4 * DAY);
    const second = { ...first.shipments[0]!, id: "shp_2" as const, carrier: "DHL" };
    const settledBy = (deliveredAt: number) =>
      promised({ ...first, shipments: [first.shipments[0]!, { ...second, deliveredAt }] }).lines[0]!.promise!
        .outcome;
    expect(settledBy(WEDNESDAY + 5 * DAY)).toMatchObject({ settledOn: "2026-11-30", carrier: "DHL" });
    expect(settledBy(WEDNESDAY + DAY)).toMatchObject({ settledOn: "2026-11-29", carrier: "UPS" });
  });
});

describe("a promise of a shipment day", () => {
  it("settles when the parcel left", () => {
    const collected = { ...shipped(WEDNESDAY + DAY, null), pickupLocationId: "east" };
    const lines = collected.lines.map((each) => ({
      ...each,
      promise: {
        ...each.promise!,
        deliverFromOn: null,
        deliverByOn: null,
        first: { on: "2026-11-25", of: "shipment" as const },
      },
    }));
    expect(promised({ ...collected, lines }).lines[0]!.promise!.outcome).toMatchObject({
      daysLate: 1,
      settledOn: "2026-11-26",
    });
  });
});

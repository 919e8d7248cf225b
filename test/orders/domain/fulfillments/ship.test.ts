import { describe, expect, it } from "vitest";
import type { FulfillmentId } from "../../../../src/kernel/ids";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import type { FulfillmentStatus } from "../../../../src/orders/domain/fulfillments/fulfillment";
import { decideShip, shipmentIdOf, type ShipRequest } from "../../../../src/orders/domain/fulfillments/ship";
import type { Order } from "../../../../src/orders/domain/order";
import type { UnitsOfLine } from "../../../../src/orders/domain/order-line";
import { NOON } from "../../../support/an-order";
import { fulfillment, held, MUG, mugOrder, partlyShipped } from "../mug-orders";
import { accepted, apply, create, decideParcel, outcomeOf, release, ship } from "../order-steps";
import { balancesText } from "../order-text";
import { aSale, lineId, paid } from "../sales";

const PARCEL = {
  carrier: "UPS",
  service: "Ground",
  trackingNumber: "1Z",
  trackingUrl: null,
  reference: "box-1",
};

const request = (units: ShipRequest["units"], fulfillmentId: FulfillmentId = "ful_a"): ShipRequest => ({
  fulfillmentId,
  units,
  parcel: PARCEL,
  now: NOON,
});

const ofMugs = (...quantities: number[]): UnitsOfLine[] =>
  quantities.map((quantity) => ({ lineId: MUG, quantity }));

const onHold = { holds: [held("staff")] };
const released = mugOrder([fulfillment("a", 3, { status: "released" })]);
const twoOfThreeLeft = mugOrder([partlyShipped("a", 3, 1)]);

describe("decideShip", () => {
  it.each<{ name: string; order: Order; units: ShipRequest["units"]; quantity: number }>([
    { name: "every unit of the fulfillment", order: released, units: "all", quantity: 3 },
    { name: "some of its units", order: released, units: ofMugs(2), quantity: 2 },
    { name: "a line that is listed twice as one", order: released, units: ofMugs(1, 2), quantity: 3 },
    { name: "every unit that was not shipped before", order: twoOfThreeLeft, units: "all", quantity: 2 },
    { name: "the listed units that are left", order: twoOfThreeLeft, units: ofMugs(2), quantity: 2 },
    {
      name: "units of a picked fulfillment",
      order: mugOrder([fulfillment("a", 1, { status: "picked" })]),
      units: "all",
      quantity: 1,
    },
    {
      name: "units of a packed fulfillment",
      order: mugOrder([fulfillment("a", 1, { status: "packed" })]),
      units: "all",
      quantity: 1,
    },
  ])("ships $name", ({ order, units, quantity }) => {
    const shipped = accepted(decideShip(order, request(units))).flatMap((event) =>
      event.type === "shipment.shipped" ? event.lines.map((line) => line.quantity) : [],
    );
    expect(shipped).toEqual([quantity]);
  });

  const finished: FulfillmentStatus[] = ["shipped", "delivered", "cancelled", "rejected"];
  it.each<{ name: string; order: Order; request: ShipRequest; code: string }>([
    ...[
      { name: "more units than it has", order: released, units: ofMugs(4) },
      { name: "more units than it has, of a line listed twice", order: released, units: ofMugs(2, 2) },
      { name: "more units than are left", order: twoOfThreeLeft, units: ofMugs(3) },
      { name: "no unit of a line", order: released, units: ofMugs(0) },
      { name: "a negative quantity", order: released, units: ofMugs(-1) },
      { name: "units of another line", order: released, units: [{ lineId: lineId("Cup"), quantity: 1 }] },
    ].map(({ name, order, units }) => ({
      name,
      order,
      request: request(units),
      code: "quantity_not_in_fulfillment",
    })),
    ...(["planned", ...finished] as const).map((status) => ({
      name: `units of a ${status} fulfillment`,
      order: mugOrder([], { fulfillments: [fulfillment("a", 1, { status })] }),
      request: request("all"),
      code: "fulfillment_not_open",
    })),
    {
      name: "units of an order on hold",
      order: { ...released, ...onHold },
      request: request("all"),
      code: "order_on_hold",
    },
    {
      name: "units of a fulfillment that the order does not have",
      order: released,
      request: request("all", "ful_z"),
      code: "fulfillment_unknown",
    },
  ])("rejects $name", ({ order, request: rejected, code }) => {
    expect(outcomeOf(decideShip(order, rejected))).toBe(code);
  });

  it("names how many units are left", () => {
    expect(decideShip(twoOfThreeLeft, request(ofMugs(3)))).toMatchObject({
      rejection: { lineId: MUG, open: 2, quantity: 3 },
    });
  });

  it("changes nothing for a parcel that was shipped before, even if the order is on hold", () => {
    const after = apply(released, accepted(decideShip(released, request(ofMugs(1)))));
    expect(accepted(decideShip({ ...after, ...onHold }, request(ofMugs(1))))).toEqual([]);
    const other = { ...request(ofMugs(2)), parcel: { ...PARCEL, reference: "box-2" } };
    expect(outcomeOf(decideShip(after, other))).toBe("accepted");
  });

  it("rejects a parcel that was shipped before with other units", () => {
    const after = apply(released, accepted(decideShip(released, request(ofMugs(1)))));
    expect(decideShip(after, request(ofMugs(2)))).toMatchObject({ rejection: { code: "parcel_reused" } });
    expect(accepted(decideShip(after, request("all")))).toEqual([]);
  });

  it("throws for a parcel without units", () => {
    expect(() => decideShip(released, request([]))).toThrow(InvariantViolation);
  });
});

describe("a shipment", () => {
  it("has the parcel's label, and the cost and amounts of its units", () => {
    const { reference: _reference, ...label } = PARCEL;
    const [event] = accepted(decideShip(released, request(ofMugs(2))));
    expect(event).toMatchObject({
      ...label,
      shipmentId: shipmentIdOf(released, "ful_a", "box-1"),
      locationId: "east",
      at: NOON,
      lines: [
        {
          quantity: 2,
          sku: "SKU-Mug",
          unitCostMinor: 700,
          amounts: { grossMinor: 4000, discountMinor: 0, taxMinor: 800 },
        },
      ],
    });
    expect(event).not.toHaveProperty("dropShipped");
  });

  it("by a vendor is marked so", () => {
    const [event] = accepted(decideShip(released, { ...request("all"), dropShipped: true }));
    expect(event).toMatchObject({ dropShipped: true });
  });

  it("earns its units, and leaves an overpayment due for refund", () => {
    const order = release(create(aSale({ payments: [paid(2500)] })));
    expect(balancesText(order)).toEqual(["deposits 2400", "refund due 100"]);
    expect(accepted(decideParcel(order, "all")).map(({ type }) => type)).toEqual(["shipment.shipped"]);
    expect(balancesText(ship(order))).toEqual(["refund due 100"]);
  });
});

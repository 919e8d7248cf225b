/** Small rules: sizes, units, offers, check digits, addresses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fulfillment } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { ShipmentId } from "../../../src/kernel/ids";
import { addressFaults, addressLines, isSameAddress } from "../../../src/shipping/domain/address-rules";
import { chooseRate } from "../../../src/shipping/domain/choose-rate";
import type { Rate } from "../../../src/shipping/domain/label";
import { parcelSizeFaults } from "../../../src/shipping/domain/parcel";
import { decideParcelUnits } from "../../../src/shipping/domain/parcel-units";
import { decideResolution } from "../../../src/shipping/domain/resolution";
import { gs1CheckDigit, isSscc, sscc } from "../../../src/shipping/domain/sscc";
import { aLabel } from "../../support/a-label";
import { aLine, anAddress, anOrder } from "../../support/an-order";

describe("the size of a parcel", () => {
  const none = { lengthMm: null, widthMm: null, heightMm: null };
  const CASES = [
    { name: "a weight alone", size: { weightGrams: 1, ...none }, paths: [] },
    { name: "no weight", size: { weightGrams: 0, ...none }, paths: ["parcel.weightGrams"] },
    { name: "a part of a gram", size: { weightGrams: 0.5, ...none }, paths: ["parcel.weightGrams"] },
    { name: "no number", size: { weightGrams: Number.NaN, ...none }, paths: ["parcel.weightGrams"] },
    {
      name: "one side of three",
      size: { ...none, weightGrams: 5, lengthMm: 9 },
      paths: ["parcel.widthMm", "parcel.heightMm"],
    },
    {
      name: "a side of nothing",
      size: { weightGrams: 5, lengthMm: 9, widthMm: 0, heightMm: 1 },
      paths: ["parcel.widthMm"],
    },
  ];
  it.each(CASES)("$name", ({ size, paths }) => {
    expect(parcelSizeFaults(size).map(({ path }) => path)).toEqual(paths);
  });
});

const A_FULFILLMENT: Fulfillment = {
  id: "ful_1",
  locationId: "berlin",
  serviceId: null,
  status: "released",
  releaseAt: 0,
  releasedAt: 0,
  reason: null,
  stopReason: null,
  shipByOn: null,
  lateAt: null,
  pendingMoves: 0,
  lines: [{ lineId: "line_mug", quantity: 5, shipped: 0 }],
};

describe("the units of a parcel", () => {
  const order = anOrder({
    lines: [aLine("Mug", { id: "line_mug", ordered: 5 })],
    fulfillments: [A_FULFILLMENT],
  });
  const boxed = (quantity: number, over = {}) => {
    const label = aLabel({ shipmentId: "shp_other", ...over });
    const parcel = { ...label.request.parcel, lines: [{ lineId: "line_mug" as const, quantity }] };
    return { ...label, request: { ...label.request, parcel } };
  };
  const units = (labels: Parameters<typeof decideParcelUnits>[1], lines: "all" | number) =>
    decideParcelUnits(order, labels, {
      fulfillmentId: "ful_1",
      shipmentId: "shp_1",
      lines: lines === "all" ? "all" : [{ lineId: "line_mug", quantity: lines }],
    });

  it("are all that are not in another parcel with a label", () => {
    expect(units([], "all")).toMatchObject({ value: [{ quantity: 5 }] });
    expect(units([boxed(2)], "all")).toMatchObject({ value: [{ quantity: 3 }] });
  });
  it("are not those of a label that was voided, nor of the parcel itself", () => {
    expect(units([boxed(2, { state: "voided" })], "all")).toMatchObject({ value: [{ quantity: 5 }] });
    expect(units([boxed(2, { shipmentId: "shp_1" })], 5)).toMatchObject({ value: [{ quantity: 5 }] });
  });
  it("are refused if they are in another parcel", () => {
    const code = "quantity_not_in_fulfillment";
    expect(units([boxed(2)], 4)).toMatchObject({ rejection: { code, open: 3, quantity: 4 } });
    expect(units([boxed(5)], "all")).toMatchObject({ rejection: { code } });
  });
  it("are refused unless the location prepares them", () => {
    const held = { ...order, holds: [{ code: "staff", detail: "", placedAt: 0, placedBy: "" }] } as never;
    const planned = {
      ...order,
      fulfillments: order.fulfillments.map((f) => ({ ...f, status: "planned" as const })),
    };
    const wanted = { fulfillmentId: "ful_1", shipmentId: "shp_1", lines: "all" } as const;
    expect(decideParcelUnits(held, [], wanted)).toMatchObject({ rejection: { code: "order_on_hold" } });
    expect(decideParcelUnits(planned, [], wanted)).toMatchObject({
      rejection: { code: "fulfillment_not_open" },
    });
    expect(decideParcelUnits(order, [], { ...wanted, fulfillmentId: "x" })).toMatchObject({
      rejection: { code: "fulfillment_unknown" },
    });
  });
});

describe("the offer that is taken", () => {
  const rate = (id: string, carrier: string, service: string, costMinor: number): Rate => ({
    id,
    carrier,
    service,
    costMinor,
    currency: "USD",
    transitDays: 2,
  });
  const rates = [
    rate("a", "USPS", "Priority", 690),
    rate("b", "USPS", "GroundAdvantage", 593),
    rate("c", "UPS", "Ground", 593),
  ];
  it("is the cheapest, always the same of two", () => {
    expect(chooseRate(rates, null, true)).toMatchObject({ value: { id: "b" } });
    expect(chooseRate(rates.toReversed(), null, true)).toMatchObject({ value: { id: "b" } });
  });
  it("is that of the wanted service, however it is written", () => {
    expect(chooseRate(rates, { carrier: "ups", service: "GROUND" }, true)).toMatchObject({
      value: { id: "c" },
    });
    expect(chooseRate(rates, { carrier: null, service: "ground advantage" }, true)).toMatchObject({
      value: { id: "b" },
    });
  });
  it("is refused if the wanted service is not offered, and replaced if it was only planned", () => {
    const express = { carrier: "UPS", service: "Next Day" };
    expect(chooseRate(rates, express, true)).toMatchObject({ rejection: { code: "service_not_offered" } });
    expect(chooseRate(rates, express, false)).toMatchObject({ value: { id: "b" } });
  });
  it("is none if the carrier offers nothing", () => {
    expect(chooseRate([], null, false)).toMatchObject({ rejection: { code: "no_rates" } });
  });
});

describe("the SSCC", () => {
  it("has the check digit of GS1's own example", () => {
    // GS1 General Specifications, 7.9.1: 37610425002123456 has the check digit 9.
    expect(gs1CheckDigit("37610425002123456")).toBe(9);
  });
  it("shows each wrong digit", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{17}$/),
        fc.integer({ min: 0, max: 17 }),
        fc.integer({ min: 1, max: 9 }),
        (digits, at, by) => {
          const right = sscc(digits);
          const wrong = right.slice(0, at) + ((Number(right[at]) + by) % 10) + right.slice(at + 1);
          expect(isSscc(right)).toBe(true);
          expect(isSscc(wrong)).toBe(false);
        },
      ),
    );
  });
});

describe("an address", () => {
  it("needs a recipient, a street, a city and a country", () => {
    expect(addressFaults(null, "to")).toEqual([{ path: "to", message: "is missing" }]);
    const empty = { ...anAddress, name: null, line1: " ", city: null, countryCode: null };
    expect(addressFaults(empty, "to").map(({ path }) => path)).toEqual([
      "to.line1",
      "to.city",
      "to.countryCode",
      "to.name",
    ]);
    expect(addressFaults({ ...anAddress, name: null, company: "Analytical Engines" }, "to")).toEqual([]);
  });
  it("names the country only abroad", () => {
    expect(addressLines(anAddress, "GB").at(-1)).toBe("SW1Y 4JH");
    expect(addressLines(anAddress, "FR").at(-1)).toBe("UNITED KINGDOM");
  });
  it("is another one with another street, not with another phone", () => {
    expect(isSameAddress(anAddress, { ...anAddress, phone: null, latitude: 1 })).toBe(true);
    expect(isSameAddress(anAddress, { ...anAddress, line2: "Flat 2" })).toBe(false);
  });
});

describe("a person's decision", () => {
  const attention = [{ code: "void_refused" as const, at: 1, detail: "" }];
  it("takes the label off the list", () => {
    expect(decideResolution(aLabel({ attention }), "noted")).toMatchObject({
      value: { state: "bought", attention: [] },
    });
  });
  it("writes off a label, so that another may be bought, but not one that was used", () => {
    const shipmentId: ShipmentId = "shp_1";
    expect(decideResolution(aLabel({ attention }), "written_off")).toMatchObject({
      value: { state: "voided", attention: [], dueAt: null },
    });
    expect(decideResolution(aLabel({ attention, state: "used", shipmentId }), "written_off")).toMatchObject({
      rejection: { code: "label_used" },
    });
  });
});

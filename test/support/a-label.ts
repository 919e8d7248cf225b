/** Labels for tests, with defaults. */
import type { Address } from "../../src/kernel/address";
import type { Label } from "../../src/shipping/domain/label";
import { newTracking } from "../../src/shipping/domain/tracking";
import { anAddress, NOON } from "./an-order";

export const aDock: Address = {
  ...anAddress,
  name: "Aftercart Berlin",
  line1: "Hafenstraße 1",
  city: "Berlin",
  postalCode: "10115",
  countryCode: "DE",
};

/** A label of the sandbox that was bought at noon. */
export function aLabel(over: Partial<Label> = {}): Label {
  return {
    orderId: "ord_1",
    shipmentId: "shp_1",
    attempt: 1,
    fulfillmentId: "ful_1",
    version: 1,
    state: "bought",
    carrier: "sandbox",
    request: {
      reference: "shp_1.1",
      parcelReference: "label/reference/box",
      from: aDock,
      to: anAddress,
      parcel: {
        weightGrams: 1_250,
        lengthMm: 300,
        widthMm: 200,
        heightMm: 100,
        lines: [{ lineId: "line_mug", quantity: 2 }],
      },
    },
    rate: {
      id: "ground",
      carrier: "Sandbox",
      service: "Ground",
      costMinor: 700,
      currency: "EUR",
      transitDays: 3,
    },
    handle: "shp_1.1",
    trackingNumber: "095212341234567891",
    trackingUrl: null,
    problem: null,
    tries: 0,
    createdAt: NOON,
    boughtAt: NOON,
    usedAt: null,
    tracking: newTracking(NOON),
    attention: [],
    dueAt: NOON + 7 * 86_400_000,
    ...over,
  };
}

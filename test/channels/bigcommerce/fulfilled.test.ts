/** What BigCommerce reports as sent. The published order has two mugs (81) and a towel (82). */
import { describe, expect, it } from "vitest";
import { codes, fetched, mugs, read, towel, withLines, type Json } from "./responses";

const MODIFIED_AT = Date.UTC(2026, 10, 24, 9, 15, 31, 999);

const shipment = (over: Json = {}) => ({
  id: 500,
  order_id: 4711,
  date_created: "Tue, 24 Nov 2026 12:00:00 +0000",
  tracking_number: "1Z999",
  tracking_carrier: "ups",
  shipping_provider: "",
  tracking_link: "",
  generated_tracking_link: "https://ups.example/1Z999",
  items: [{ order_product_id: 81, product_id: 121, quantity: 1 }],
  ...over,
});

const shipped = (over: Json, shippedUnits: readonly [number, number] = [0, 0], shipments: unknown = null) =>
  read(
    fetched(
      {
        ...over,
        ...withLines(
          { ...mugs, quantity_shipped: shippedUnits[0] },
          { ...towel, quantity_shipped: shippedUnits[1] },
        ),
      },
      { shipments },
    ),
  );

const unitsOf = ({ fulfilled }: ReturnType<typeof shipped>) =>
  fulfilled.map(({ externalId, lines }) => [
    externalId,
    lines.map(({ externalLineId, quantity }) => `${quantity} of ${externalLineId}`),
  ]);

describe("a BigCommerce order", () => {
  it("has a fulfillment for each shipment, with its tracking", () => {
    expect(shipped({ status_id: 3 }, [1, 0], [shipment()]).fulfilled).toEqual([
      {
        externalId: "500",
        lines: [{ externalLineId: "81", quantity: 1 }],
        locationId: null,
        carrier: "ups",
        trackingNumber: "1Z999",
        trackingUrl: "https://ups.example/1Z999",
        at: Date.UTC(2026, 10, 24, 12),
      },
    ]);
  });

  it.each([
    { what: "nothing before it is sent", status_id: 11, units: [0, 0], shipments: null, expected: [] },
    {
      what: "what is counted without a shipment",
      status_id: 3,
      units: [1, 0],
      shipments: null,
      expected: [["shipped", ["1 of 81"]]],
    },
    {
      what: "everything in the status shipped",
      status_id: 2,
      units: [0, 0],
      shipments: null,
      expected: [["shipped", ["2 of 81", "1 of 82"]]],
    },
    {
      what: "everything in the status completed",
      status_id: 10,
      units: [0, 0],
      shipments: null,
      expected: [["shipped", ["2 of 81", "1 of 82"]]],
    },
    {
      what: "the shipments, and the rest in the status completed",
      status_id: 10,
      units: [1, 0],
      shipments: [shipment()],
      expected: [
        ["500", ["1 of 81"]],
        ["shipped", ["1 of 81", "1 of 82"]],
      ],
    },
    {
      what: "what was sent before it was refunded",
      status_id: 4,
      units: [1, 0],
      shipments: [shipment()],
      expected: [["500", ["1 of 81"]]],
    },
    {
      what: "nothing of a shipment without units",
      status_id: 3,
      units: [0, 0],
      shipments: [shipment({ items: [] })],
      expected: [],
    },
  ] as const)("has sent $what", ({ status_id, units, shipments, expected }) => {
    expect(unitsOf(shipped({ status_id }, units, shipments))).toEqual(expected);
  });

  it("has not sent units that were refunded before it was shipped", () => {
    const order = read(fetched({ status_id: 2, ...withLines({ ...mugs, quantity_refunded: 1 }, towel!) }));
    expect(unitsOf(order)).toEqual([["shipped", ["1 of 81", "1 of 82"]]]);
  });

  it("needs no address for what was sent", () => {
    const sent = read(fetched({ status_id: 2, consignments: null }, { products: [mugs, towel] }));
    expect([sent.shippingAddress, codes(sent)]).toEqual([null, []]);
  });

  it("has the time at which it was shipped, or was changed", () => {
    const at = (date_shipped: string) => shipped({ status_id: 2, date_shipped }).fulfilled[0]!.at;
    expect([at("Tue, 24 Nov 2026 11:00:00 +0000"), at("")]).toEqual([
      Date.UTC(2026, 10, 24, 11),
      MODIFIED_AT,
    ]);
  });
});

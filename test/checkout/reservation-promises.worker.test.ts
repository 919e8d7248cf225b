/** The promise of a reservation: when its lines would be delivered if the order were placed now. */
import { describe, expect, it } from "vitest";
import { unique } from "../support/api";
import {
  aRetailer,
  aService,
  call,
  datesOf,
  expectInbound,
  startPromiseWorld,
} from "../support/promise-world";
import { openRetailer, type Retailer } from "../support/retailer";

startPromiseWorld();

describe("a reservation", () => {
  const reserve = async (retailer: Retailer, quantity: number, shipTo: unknown) => {
    const lines = [{ sku: retailer.skus[0], quantity }];
    const { status, body } = await call("POST", "/v1/reservations", {
      channelId: retailer.channelId,
      lines,
      shipTo,
    });
    expect(status).toBe(201);
    return body.lines[0];
  };
  const home = { countryCode: "US", postalCode: "40202" };

  it("has delivery dates for units that it holds, if it has a destination", async () => {
    const retailer = await aRetailer([[5]]);
    expect(datesOf((await reserve(retailer, 1, home)).promise)).toEqual([
      "2027-02-01",
      "2027-02-02",
      "2027-02-04",
      null,
    ]);
    expect((await reserve(retailer, 1, null)).promise).toBeNull();
  });

  it("has delivery dates from inbound for units that are backordered", async () => {
    const retailer = await openRetailer(call, {
      stock: [[1]],
      sku: { policy: "backorder" },
      channel: { kind: "generic", secrets: undefined },
    });
    const service = aService({ locationIds: retailer.locationIds });
    await call("PUT", `/v1/carrier-services/${unique("ground")}`, service);
    expect(datesOf((await reserve(retailer, 2, home)).promise)).toEqual([
      null,
      null,
      null,
      "nothing_expected",
    ]);
    await expectInbound(unique("po"), retailer, 9, "2027-02-10");
    expect(datesOf((await reserve(retailer, 2, home)).promise)).toEqual([
      "2027-02-11",
      "2027-02-12",
      "2027-02-16",
      null,
    ]);
  });
});

/** Promises of orders: decided when an order is created, moved when its dates change, kept or broken in the end. */
import { describe, expect, it, vi } from "vitest";
import { orderIdOf } from "../../src/kernel/ids";
import { unique } from "../support/api";
import { listChannel } from "../support/directory";
import { databasesRefusing } from "../support/faulty-bindings";
import {
  aRetailer,
  call,
  DAY,
  datesIn,
  datesOf,
  historyOf,
  HOUR,
  hourly,
  MONDAY,
  movesIn,
  placed,
  startPromiseWorld,
} from "../support/promise-world";
import type { Retailer } from "../support/retailer";

startPromiseWorld();

describe("a promise", () => {
  it("is made for each line when the order is created, and gives its fulfillments a ship-by day", async () => {
    const retailer = await aRetailer([[5], [0]]);
    const order = await placed(retailer, [2, 1]);
    expect(order.lines.map(datesOf)).toEqual([
      ["2027-02-01", "2027-02-02", "2027-02-04", null],
      [null, null, null, "nothing_expected"],
    ]);
    expect(order.fulfillments[0]).toMatchObject({ shipByOn: "2027-02-01" });
    const { body } = await call(
      "GET",
      `/v1/fulfillments?locationId=${retailer.locationIds[0]}&status=planned`,
    );
    expect(body.items).toMatchObject([{ orderId: order.id, shipByOn: "2027-02-01" }]);
    expect((await historyOf(order.id)).filter(({ type }) => type === "promise.made")).toHaveLength(2);
    expect(JSON.stringify(order)).not.toContain("lateAt");
  });

  it("moves by a day for each day that the order is held beyond its ship-by day", async () => {
    const retailer = await aRetailer([[5]]);
    const { id } = await placed(retailer, [2]);
    await call("POST", `/v1/orders/${id}/holds`, { reason: "a look" });
    vi.setSystemTime(MONDAY + DAY);
    expect(await hourly()).toMatchObject({ orders: 1 });
    expect(await datesIn(id)).toEqual([["2027-02-02", "2027-02-03", "2027-02-05", null]]);
    vi.setSystemTime(MONDAY + DAY + 8 * HOUR);
    await call("DELETE", `/v1/orders/${id}/holds/staff`);
    expect(await datesIn(id)).toEqual([["2027-02-03", "2027-02-04", "2027-02-08", null]]);
    expect(await movesIn(id)).toEqual(["on_hold", "released"]);
  });

  it("moves once if its fulfillment is late, however often the hourly job runs", async () => {
    const retailer = await aRetailer([[5]]);
    const { id, fulfillments } = await placed(retailer, [2]);
    await call("POST", `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/release`);
    expect(await hourly(), "before the day is over").toMatchObject({ orders: 0 });
    vi.setSystemTime(Date.UTC(2027, 1, 2, 5, 1));
    // Two runs never overlap: the second is refused, or finds nothing left.
    const ran = await Promise.allSettled([hourly(), hourly()]);
    const rechecked = ran.map((run) => (run.status === "fulfilled" ? run.value["orders"] : 0));
    expect(rechecked.toSorted()).toEqual([0, 1]);
    vi.setSystemTime(Date.UTC(2027, 1, 2, 6, 1));
    expect(await hourly()).toMatchObject({ orders: 0 });
    expect(await datesIn(id)).toEqual([["2027-02-02", "2027-02-03", "2027-02-05", null]]);
    expect(await movesIn(id)).toEqual(["not_shipped_in_time"]);
  });

  it("moves if its fulfillment is late, also if inbound cannot be read", async () => {
    const retailer = await aRetailer([[5]]);
    const { id, fulfillments } = await placed(retailer, [2]);
    await call("POST", `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/release`);
    vi.setSystemTime(Date.UTC(2027, 1, 2, 10, 1));
    const bindings = databasesRefusing(/FROM inbound/);
    expect(await hourly(bindings)).toMatchObject({ overdue: 0, skus: 0, orders: 1, failed: 2 });
    expect(await movesIn(id)).toEqual(["not_shipped_in_time"]);
    expect(await hourly(), "the next hour").toMatchObject({ orders: 0, failed: 0 });
  });
});

describe("the history of a promise", () => {
  const delivered = async (retailer: Retailer, shippedAt: number, deliveredAt: number) => {
    vi.setSystemTime(MONDAY);
    const { id, fulfillments } = await placed(retailer, [1]);
    await call("POST", `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/release`);
    vi.setSystemTime(shippedAt);
    const path = `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/shipments`;
    const { body } = await call("POST", path, { carrier: "UPS", reference: unique("box") });
    vi.setSystemTime(deliveredAt);
    await call("POST", `/v1/orders/${id}/shipments/${body.shipments[0].id}/deliveries`, {});
    return id;
  };

  it("shows what was promised when, why it moved, and whether it was kept", async () => {
    const retailer = await aRetailer([[5]]);
    const id = await delivered(retailer, MONDAY + DAY, MONDAY + 4 * DAY);
    const { status, body } = await call("GET", `/v1/orders/${id}/promises`);
    expect(status).toBe(200);
    expect(body.lines).toMatchObject([
      {
        promise: { shipByOn: "2027-02-02", deliverByOn: "2027-02-05" },
        firstPromised: { on: "2027-02-04", of: "delivery" },
        moves: 1,
        kept: false,
        daysLate: 1,
        settledOn: "2027-02-05",
        history: [
          { what: "made", reason: null, before: null, after: { deliverByOn: "2027-02-04" } },
          {
            what: "moved",
            reason: "shipped_late",
            at: "2027-02-02T14:00:00.000Z",
            before: { deliverByOn: "2027-02-04" },
            after: { deliverByOn: "2027-02-05" },
          },
          { what: "settled" },
        ],
      },
    ]);
    const none = orderIdOf(retailer.channelId, "not placed");
    expect((await call("GET", `/v1/orders/${none}/promises`)).status).toBe(404);
    expect((await call("GET", "/v1/orders/none/promises")).status).toBe(404);
  });

  it("is counted by day, location and carrier in the report of kept promises", async () => {
    const retailer = await aRetailer([[5]]);
    await delivered(retailer, MONDAY, MONDAY + 3 * DAY);
    await delivered(retailer, MONDAY, MONDAY + 3 * DAY);
    await delivered(retailer, MONDAY + DAY, MONDAY + 7 * DAY);
    await listChannel(retailer.channelId);
    const report = "/v1/reports/promise-accuracy?from=2027-02-01&to=2027-02-28";
    const { status, body } = await call("GET", report);
    expect(status).toBe(200);
    const here = { locationId: retailer.locationIds[0], carrier: "UPS" };
    const days = body.days.filter(({ locationId }: { locationId: string }) => locationId === here.locationId);
    expect(days).toEqual([
      { on: "2027-02-04", ...here, ended: 2, kept: 2, keptShare: 1, averageDaysLate: null, moves: 0 },
      { on: "2027-02-08", ...here, ended: 1, kept: 0, keptShare: 0, averageDaysLate: 4, moves: 1 },
    ]);
    expect(body.totals.ended).toBeGreaterThanOrEqual(3);
    const before = await call("GET", "/v1/reports/promise-accuracy?from=2026-01-01&to=2026-01-31");
    expect(before.body).toMatchObject({ days: [], totals: { ended: 0, keptShare: null } });
  });
});

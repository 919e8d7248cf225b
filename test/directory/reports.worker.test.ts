/** The report of demand and shipments. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { REPORTS } from "../../src/directory/storage/reports";
import { aLine, aShipment, anOrder } from "../support/an-order";
import { callerWith, unique } from "../support/api";
import { planOf } from "../support/query-plans";
import { storeListedOrder } from "../support/store-order";

const noonOf = (on: string) => Date.parse(`${on}T12:00:00Z`);

/** Three units at 10.00 with 1.00 off the line: two shipped on two days, one cancelled. And two backordered units. */
async function anOrderOf(channelId: string, sku: string): Promise<void> {
  const line = aLine("Mug", {
    sku,
    ordered: 3,
    shipped: 2,
    cancelled: 1,
    grossMinor: 3_000,
    discountMinor: 100,
    taxMinor: 580,
  });
  const waiting = aLine("Lamp", { ordered: 2, backordered: 2 });
  await storeListedOrder(
    anOrder({
      channelId,
      id: `ord_${crypto.randomUUID().replaceAll("-", "")}`,
      placedAt: noonOf("2022-05-01"),
      lines: [line, waiting],
      shipments: [
        aShipment("shp_1", [[line.id, 1]], { shippedAt: noonOf("2022-05-01") }),
        aShipment("shp_2", [[line.id, 1]], { shippedAt: noonOf("2022-05-03") }),
      ],
    }),
  );
}

describe("the report of demand and shipments", () => {
  it("shows demand and shipments by day, for a channel and for a SKU", async () => {
    const channel = unique("web");
    const sku = unique("MUG");
    await anOrderOf(channel, sku);
    await anOrderOf(unique("other"), unique("MUG"));

    const call = await callerWith("reports:read");
    const path = `/v1/reports/demand-vs-shipped?from=2022-05-01&to=2022-05-31&channelId=${channel}`;
    const { status, body } = await call("GET", path);
    expect(status).toBe(200);
    expect(body["days"]).toEqual([
      {
        on: "2022-05-01",
        currency: "GBP",
        demandUnits: 5,
        demandMinor: 2_900 + 4_000,
        shippedUnits: 1,
        // A third of 30.00, less a third of 1.00, the cents going to the later units.
        shippedMinor: 1_000 - 33,
        cancelledUnits: 1,
        backorderedUnits: 2,
      },
      {
        on: "2022-05-03",
        currency: "GBP",
        demandUnits: 0,
        demandMinor: 0,
        shippedUnits: 1,
        shippedMinor: 1_000 - 33,
        cancelledUnits: 0,
        backorderedUnits: 0,
      },
    ]);
    expect(body["totals"]).toMatchObject([{ demandUnits: 5, shippedUnits: 2, shippedMinor: 1_934 }]);
    expect(body["description"]).toMatch(/differ by units that were cancelled/);

    const ofSku = await call("GET", `${path}&sku=${sku}`);
    expect(ofSku.body["totals"]).toMatchObject([{ demandUnits: 3, shippedUnits: 2 }]);
  });

  it("leaves out days before and after its range", async () => {
    const channel = unique("web");
    await anOrderOf(channel, unique("MUG"));
    const call = await callerWith("reports:read");
    const path = `/v1/reports/demand-vs-shipped?from=2022-05-02&to=2022-05-02&channelId=${channel}`;
    expect((await call("GET", path)).body).toMatchObject({ days: [], totals: [] });
  });

  it.each(Object.entries(REPORTS))("reads %s by index only", async (_name, sql) => {
    const plan = await planOf(env.DIRECTORY, sql);
    const scans = plan.filter((detail) => detail.startsWith("SCAN"));
    expect(scans.filter((detail) => !/VIRTUAL TABLE/.test(detail))).toEqual([]);
    // The index is asked for a word each time it is read.
    const reads = plan.filter((detail) => detail.startsWith("SCAN t VIRTUAL TABLE"));
    expect(reads.filter((detail) => !/INDEX \d+:.*M/.test(detail))).toEqual([]);
  });
});

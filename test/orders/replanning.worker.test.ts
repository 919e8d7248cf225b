/** Replanning through the API: a plan may change until its fulfillments are released, for each of these reasons. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import worker from "../../src/worker";
import { forgetReference } from "../../src/catalog/storage/reference";
import { callerWith, type Call } from "../support/api";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const sweep = async () => {
  const execution = createExecutionContext();
  const cron = createScheduledController({ cron: "* * * * *", scheduledTime: new Date() });
  await worker.scheduled(cron, env, execution);
  await waitOnExecutionContext(execution);
};

type Fulfillment = {
  id: string;
  locationId: string;
  status: string;
  reason: string | null;
  releaseAt: string;
};
type Read = {
  lines: { allocated: number; backordered: number }[];
  fulfillments: (Fulfillment & { lines: { quantity: number }[] })[];
  holds: { code: string }[];
};

const generic = (over: Record<string, unknown> = {}) => ({
  kind: "generic",
  secrets: undefined,
  gracePeriodMinutes: 30,
  ...over,
});

async function placed(
  retailer: Retailer,
  quantities: readonly number[],
  over: Record<string, unknown> = {},
): Promise<string> {
  const ordered = canonicalPayload(anOrderOf(retailer, quantities));
  const order = { channelId: retailer.channelId, ...ordered, ...over };
  const { status, body } = await call("POST", "/v1/orders", order);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

const read = async (orderId: string): Promise<Read> => (await call("GET", `/v1/orders/${orderId}`)).body;

/** Planned units by location: `["0: 2", "1: 1"]`, by the index of the retailer's locations. */
const planned = (order: Read, { locationIds }: Retailer): string[] =>
  order.fulfillments
    .filter(({ status }) => status === "planned")
    .map((fulfillment) => {
      const units = fulfillment.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      return `${locationIds.indexOf(fulfillment.locationId)}: ${units}`;
    })
    .toSorted();

/** Sweeps until the order fulfils the condition. */
const becomes = (orderId: string, isSo: (order: Read) => boolean): Promise<Read> =>
  vi.waitUntil(
    async () => {
      await env.ORDERS_00.prepare("UPDATE replans SET due_at = 0").run();
      await sweep();
      const order = await read(orderId);
      return isSo(order) && order;
    },
    { timeout: 20_000, interval: 200 },
  );

async function changeLocation(id: string, change: Record<string, unknown>): Promise<void> {
  const { id: _id, ...location } = (await call("GET", `/v1/locations/${id}`)).body;
  const { status } = await call("PUT", `/v1/locations/${id}`, { ...location, ...change });
  expect(status).toBe(200);
  // The sweep of this test has its own cache of reference data.
  forgetReference();
}

/** A time zone in which it is morning now, so that what is due within the hour is due on the same day there. */
const whereItIsMorning = (): string => {
  const hour = new Date().getUTCHours();
  const ahead = hour > 21 ? 33 - hour : 9 - hour;
  // POSIX inverts the sign: west of Greenwich is +.
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
};

const levelAt = async (sku: string, locationId: string) => {
  const { body } = await call("GET", `/v1/skus/${sku}/stock`);
  return body.levels.find((level: { locationId: string }) => level.locationId === locationId);
};

describe("a location that closes", () => {
  it("loses its planned units to another location that has them", async () => {
    const retailer = await openRetailer(call, { stock: [[3, 3]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    expect(planned(await read(orderId), retailer)).toEqual(["0: 2"]);
    await changeLocation(retailer.locationIds[0]!, { active: false });
    await becomes(orderId, (order) => planned(order, retailer).join() === "1: 2");
    expect(await levelAt(retailer.skus[0]!, retailer.locationIds[0]!)).toMatchObject({ allocated: 0 });
    expect(await levelAt(retailer.skus[0]!, retailer.locationIds[1]!)).toMatchObject({ allocated: 2 });
  });

  it("leaves a backorder of units that no other location has, which is filled when it opens again", async () => {
    const retailer = await openRetailer(call, { stock: [[3, 1]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    await changeLocation(retailer.locationIds[0]!, { shipsOrders: false });
    const waiting = await becomes(orderId, (order) => planned(order, retailer).join() === "1: 1");
    expect(waiting.lines).toMatchObject([{ allocated: 1, backordered: 1 }]);
    await changeLocation(retailer.locationIds[0]!, { shipsOrders: true });
    const open = await becomes(orderId, (order) => order.lines[0]!.backordered === 0);
    expect(open.lines).toMatchObject([{ allocated: 2, backordered: 0 }]);
  });

  it("puts an order on hold that no other location may send", async () => {
    const retailer = await openRetailer(call, { stock: [[3]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    await changeLocation(retailer.locationIds[0]!, { active: false });
    const held = await becomes(
      orderId,
      (order) => order.holds.length > 0 && order.lines[0]!.backordered === 2,
    );
    expect(held.holds).toMatchObject([{ code: "no_location" }]);
  });

  it("puts an order on hold that is for pickup there, and postpones it once, not at every sweep", async () => {
    const retailer = await openRetailer(call, { stock: [[3]], channel: generic() });
    const [store] = retailer.locationIds;
    await changeLocation(store!, { offersPickup: true });
    const orderId = await placed(retailer, [2], { pickupLocationId: store });
    await changeLocation(store!, { active: false });
    const held = await becomes(orderId, (order) => order.fulfillments[0]!.reason === "closed");
    expect(held.holds).toMatchObject([{ code: "no_location" }]);
    for (let run = 0; run < 3; run += 1) {
      await env.ORDERS_00.prepare("UPDATE replans SET due_at = 0").run();
      await sweep();
    }
    expect(await read(orderId)).toEqual(held);
  });

  it("for a day keeps units that no other location has, until its next working day", async () => {
    const retailer = await openRetailer(call, { stock: [[3, 0]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    const timeZone = whereItIsMorning();
    const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(new Date());
    await changeLocation(retailer.locationIds[0]!, { timeZone, closedOn: [today] });
    const postponed = await becomes(orderId, (order) => order.fulfillments[0]!.reason === "closed");
    expect(planned(postponed, retailer)).toEqual(["0: 2"]);
    expect(Date.parse(postponed.fulfillments[0]!.releaseAt)).toBeGreaterThan(Date.now());
  });
});

describe("stock that arrives", () => {
  it("moves a line to the location of another line, which saves a parcel", async () => {
    const stock = [
      [3, 0],
      [0, 3],
    ];
    const retailer = await openRetailer(call, { stock, channel: generic() });
    const orderId = await placed(retailer, [1, 1]);
    expect(planned(await read(orderId), retailer)).toEqual(["0: 1", "1: 1"]);
    const receipt = { locationId: retailer.locationIds[0], quantity: 2, ref: `po-${orderId}` };
    await call("POST", `/v1/skus/${retailer.skus[1]}/receipts`, receipt);
    await becomes(orderId, (order) => planned(order, retailer).join() === "0: 2");
  });

  it("changes no plan if the channel's gain threshold is higher than a parcel", async () => {
    const stock = [
      [3, 0],
      [0, 3],
    ];
    const sourcing = { splitPenaltyMinor: 100, gainThresholdMinor: 5_000 };
    const retailer = await openRetailer(call, { stock, channel: generic({ sourcing }) });
    const orderId = await placed(retailer, [1, 1]);
    const receipt = { locationId: retailer.locationIds[0], quantity: 2, ref: `po-${orderId}` };
    await call("POST", `/v1/skus/${retailer.skus[1]}/receipts`, receipt);
    const marks = () =>
      env.ORDERS_00.prepare("SELECT count(*) AS n FROM replans WHERE order_id = ?1").bind(orderId).first("n");
    await vi.waitUntil(async () => (await marks()) === 1, { timeout: 10_000, interval: 100 });
    const isReplanned = async () => {
      await env.ORDERS_00.prepare("UPDATE replans SET due_at = 0").run();
      await sweep();
      return (await marks()) === 0;
    };
    await vi.waitUntil(isReplanned, { timeout: 20_000, interval: 200 });
    expect(planned(await read(orderId), retailer)).toEqual(["0: 1", "1: 1"]);
  });
});

describe("a location with a capacity", () => {
  it("is released no more fulfillments a day: the others move to another location", async () => {
    const retailer = await openRetailer(call, {
      stock: [[9, 9]],
      channel: generic({ gracePeriodMinutes: 0 }),
    });
    await changeLocation(retailer.locationIds[0]!, { capacityPerDay: 1 });
    const orders = [await placed(retailer, [1]), await placed(retailer, [1])];
    const released = async () => {
      const all = await Promise.all(orders.map(read));
      return all
        .flatMap(({ fulfillments }) => fulfillments)
        .filter(({ status }) => status === "released")
        .map(({ locationId }) => retailer.locationIds.indexOf(locationId))
        .toSorted();
    };
    await vi.waitUntil(
      async () => {
        await env.ORDERS_00.prepare("UPDATE replans SET due_at = 0").run();
        await sweep();
        return (await released()).length === 2;
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(await released()).toEqual([0, 1]);
  });

  it("keeps units that no other location has, until its next day, with the reason", async () => {
    const retailer = await openRetailer(call, {
      stock: [[9, 0]],
      channel: generic({ gracePeriodMinutes: 0 }),
    });
    await changeLocation(retailer.locationIds[0]!, { capacityPerDay: 0 });
    const orderId = await placed(retailer, [1]);
    const postponed = await becomes(orderId, (order) => order.fulfillments[0]!.reason === "capacity");
    expect(planned(postponed, retailer)).toEqual(["0: 1"]);
    expect(Date.parse(postponed.fulfillments[0]!.releaseAt)).toBeGreaterThan(Date.now());
  });
});

describe("a rejected fulfillment", () => {
  const rejected = async (reason: string, stock: readonly (readonly number[])[]) => {
    const retailer = await openRetailer(call, { stock, channel: generic() });
    const orderId = await placed(retailer, [2]);
    const [fulfillment] = (await read(orderId)).fulfillments;
    const path = `/v1/orders/${orderId}/fulfillments/${fulfillment!.id}/rejections`;
    expect((await call("POST", path, { reason, note: "The shelf was bare." })).status).toBe(200);
    await becomes(orderId, (order) => planned(order, retailer).join() === "1: 2");
    return levelAt(retailer.skus[0]!, retailer.locationIds[0]!);
  };

  it("that is out of stock also removes the available units there", async () => {
    expect(await rejected("out_of_stock", [[5, 4]])).toMatchObject({ onHand: 0, allocated: 0 });
  });

  it("that is damaged removes its units from the stock there", async () => {
    expect(await rejected("damaged", [[5, 4]])).toMatchObject({ onHand: 3, allocated: 0 });
  });

  it("changes no stock if the location is too busy", async () => {
    expect(await rejected("too_busy", [[5, 4]])).toMatchObject({ onHand: 5, allocated: 0 });
  });
});

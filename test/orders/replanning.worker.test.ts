/** Until it is released nothing of a plan is final: each reason to change it, through the door. */
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

type Part = { id: string; locationId: string; status: string; reason: string | null; releaseAt: string };
type Read = {
  lines: { allocated: number; backordered: number }[];
  fulfillments: (Part & { lines: { quantity: number }[] })[];
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

/** What it plans to send, and from where: `["0: 2", "1: 1"]` by the retailer's locations. */
const planned = (order: Read, { locationIds }: Retailer): string[] =>
  order.fulfillments
    .filter(({ status }) => status === "planned")
    .map((part) => {
      const units = part.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      return `${locationIds.indexOf(part.locationId)}: ${units}`;
    })
    .toSorted();

/** Sweeps until the order is as it should be. */
const becomes = (orderId: string, isSo: (order: Read) => boolean): Promise<Read> =>
  vi.waitUntil(
    async () => {
      await env.DB.prepare("UPDATE replans SET due_at = 0").run();
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
  // The sweep here is of another isolate than the door's.
  forgetReference();
}

/** What is to leave within the hour leaves on the same day there, whenever the tests run. */
const whereItIsMorning = (): string => {
  const hour = new Date().getUTCHours();
  const ahead = hour > 21 ? 33 - hour : 9 - hour;
  // By POSIX the sign is turned around: west of Greenwich is +.
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
};

const levelAt = async (sku: string, locationId: string) => {
  const { body } = await call("GET", `/v1/skus/${sku}/stock`);
  return body.levels.find((level: { locationId: string }) => level.locationId === locationId);
};

describe("a location that closes", () => {
  it("gives what is planned there to another that has it", async () => {
    const retailer = await openRetailer(call, { stock: [[3, 3]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    expect(planned(await read(orderId), retailer)).toEqual(["0: 2"]);
    await changeLocation(retailer.locationIds[0]!, { active: false });
    await becomes(orderId, (order) => planned(order, retailer).join() === "1: 2");
    expect(await levelAt(retailer.skus[0]!, retailer.locationIds[0]!)).toMatchObject({ allocated: 0 });
    expect(await levelAt(retailer.skus[0]!, retailer.locationIds[1]!)).toMatchObject({ allocated: 2 });
  });

  it("owes what no other has, and sends it when it opens again", async () => {
    const retailer = await openRetailer(call, { stock: [[3, 1]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    await changeLocation(retailer.locationIds[0]!, { shipsOrders: false });
    const waiting = await becomes(orderId, (order) => planned(order, retailer).join() === "1: 1");
    expect(waiting.lines).toMatchObject([{ allocated: 1, backordered: 1 }]);
    await changeLocation(retailer.locationIds[0]!, { shipsOrders: true });
    const open = await becomes(orderId, (order) => order.lines[0]!.backordered === 0);
    expect(open.lines).toMatchObject([{ allocated: 2, backordered: 0 }]);
  });

  it("holds what no location may send any more, and says so", async () => {
    const retailer = await openRetailer(call, { stock: [[3]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    await changeLocation(retailer.locationIds[0]!, { active: false });
    const held = await becomes(
      orderId,
      (order) => order.holds.length > 0 && order.lines[0]!.backordered === 2,
    );
    expect(held.holds).toMatchObject([{ code: "no_location" }]);
  });

  it("holds what its customer is to fetch there, and puts it off once and not at every look", async () => {
    const retailer = await openRetailer(call, { stock: [[3]], channel: generic() });
    const [store] = retailer.locationIds;
    await changeLocation(store!, { offersPickup: true });
    const orderId = await placed(retailer, [2], { pickupLocationId: store });
    await changeLocation(store!, { active: false });
    const held = await becomes(orderId, (order) => order.fulfillments[0]!.reason === "closed");
    expect(held.holds).toMatchObject([{ code: "no_location" }]);
    for (let look = 0; look < 3; look += 1) {
      await env.DB.prepare("UPDATE replans SET due_at = 0").run();
      await sweep();
    }
    expect(await read(orderId)).toEqual(held);
  });

  it("for a day keeps what no other has until its next day", async () => {
    const retailer = await openRetailer(call, { stock: [[3, 0]], channel: generic() });
    const orderId = await placed(retailer, [2]);
    const timeZone = whereItIsMorning();
    const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(new Date());
    await changeLocation(retailer.locationIds[0]!, { timeZone, closedOn: [today] });
    const kept = await becomes(orderId, (order) => order.fulfillments[0]!.reason === "closed");
    expect(planned(kept, retailer)).toEqual(["0: 2"]);
    expect(Date.parse(kept.fulfillments[0]!.releaseAt)).toBeGreaterThan(Date.now());
  });
});

describe("stock that arrives", () => {
  it("saves a parcel", async () => {
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

  it("does not, where the channel asks for more than that", async () => {
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
      env.DB.prepare("SELECT count(*) AS n FROM replans WHERE order_id = ?1").bind(orderId).first("n");
    await vi.waitUntil(async () => (await marks()) === 1, { timeout: 10_000, interval: 100 });
    const looked = async () => {
      await env.DB.prepare("UPDATE replans SET due_at = 0").run();
      await sweep();
      return (await marks()) === 0;
    };
    await vi.waitUntil(looked, { timeout: 20_000, interval: 200 });
    expect(planned(await read(orderId), retailer)).toEqual(["0: 1", "1: 1"]);
  });
});

describe("a location with a capacity", () => {
  it("is given no more than that a day: the rest leaves elsewhere", async () => {
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
        await env.DB.prepare("UPDATE replans SET due_at = 0").run();
        await sweep();
        return (await released()).length === 2;
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(await released()).toEqual([0, 1]);
  });

  it("keeps what no other has for its next day, and says why", async () => {
    const retailer = await openRetailer(call, {
      stock: [[9, 0]],
      channel: generic({ gracePeriodMinutes: 0 }),
    });
    await changeLocation(retailer.locationIds[0]!, { capacityPerDay: 0 });
    const orderId = await placed(retailer, [1]);
    const waits = await becomes(orderId, (order) => order.fulfillments[0]!.reason === "capacity");
    expect(planned(waits, retailer)).toEqual(["0: 1"]);
    expect(Date.parse(waits.fulfillments[0]!.releaseAt)).toBeGreaterThan(Date.now());
  });
});

describe("a rejection", () => {
  const rejected = async (reason: string, stock: readonly (readonly number[])[]) => {
    const retailer = await openRetailer(call, { stock, channel: generic() });
    const orderId = await placed(retailer, [2]);
    const [part] = (await read(orderId)).fulfillments;
    const path = `/v1/orders/${orderId}/fulfillments/${part!.id}/rejections`;
    expect((await call("POST", path, { reason, note: "The shelf was bare." })).status).toBe(200);
    await becomes(orderId, (order) => planned(order, retailer).join() === "1: 2");
    return levelAt(retailer.skus[0]!, retailer.locationIds[0]!);
  };

  it("of what is out of stock takes off what is free there, too", async () => {
    expect(await rejected("out_of_stock", [[5, 4]])).toMatchObject({ onHand: 0, allocated: 0 });
  });

  it("of what is damaged takes that off", async () => {
    expect(await rejected("damaged", [[5, 4]])).toMatchObject({ onHand: 3, allocated: 0 });
  });

  it("of a location that is too busy changes no stock", async () => {
    expect(await rejected("too_busy", [[5, 4]])).toMatchObject({ onHand: 5, allocated: 0 });
  });
});

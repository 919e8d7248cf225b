/** Sourcing through the API: plans of new orders with their reasons, previews, and simulations. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { deleteOldSupplyJob } from "../../src/planning/delete-old-supply";
import { beginSimulation } from "../../src/planning/simulate-sourcing";
import { addDays, localDate } from "../../src/kernel/calendar";
import { createContext } from "../../src/app-context";
import { callerWith, type Call } from "../support/api";
import { listChannel } from "../support/directory";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload, type TrafficOrder } from "../support/storefront-traffic";
import { finishJobs, runJob } from "../support/jobs";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const aContext = () => createContext(env, createExecutionContext(), "test");
const BOOKS_ZONE = env.BOOKS_TIME_ZONE;
const generic = { kind: "generic", currency: "USD", secrets: undefined };
const withRules = (sourcing: Record<string, unknown>) => ({ ...generic, sourcing });

type Placed = {
  id: string;
  holds: { code: string; detail: string }[];
  lines: { id: string; sku: string; unsourced: number; allocated: number; backordered: number }[];
  fulfillments: { locationId: string; status: string; lines: { quantity: number }[] }[];
};
type Decision = {
  sentences: string[];
  parcels: { locationId: string; units: Record<string, number> }[];
  runnerUp: { locationIds: string[] } | null;
  rule: string | null;
  unsent: Record<string, number>;
};

async function placed(retailer: Retailer, quantities: readonly number[], over: Partial<TrafficOrder> = {}) {
  const order = anOrderOf(retailer, quantities, over);
  const { body } = await call("POST", "/v1/orders", {
    channelId: retailer.channelId,
    ...canonicalPayload(order),
  });
  return body as unknown as Placed;
}
const sentFrom = ({ fulfillments }: Placed) =>
  fulfillments.flatMap(({ locationId, status }) => (status === "planned" ? [locationId] : []));
const decisionOf = async (id: string) => {
  const { body } = await call("GET", `/v1/orders/${id}/sourcing`);
  return (body as { decisions: { decision: Decision }[] }).decisions[0]!.decision;
};
const allocatedAt = async (sku: string) => {
  const { body } = await call("GET", `/v1/skus/${sku}/stock`);
  return (body.levels as { locationId: string; allocated: number }[]).flatMap(({ locationId, allocated }) =>
    allocated > 0 ? [`${locationId} ${allocated}`] : [],
  );
};

/** Orders go to Louisville. The first location is nearby, the second in Reno, the third in Allentown. */
describe("a new order", () => {
  it("ships from one location rather than two, and explains it", async () => {
    const retailer = await openRetailer(call, {
      stock: [
        [1, 1, 0],
        [0, 1, 1],
      ],
      channel: generic,
    });
    const [mug, pen] = retailer.skus as [string, string];
    const reno = retailer.locationIds[1]!;
    const order = await placed(retailer, [1, 1]);
    expect(sentFrom(order)).toEqual([reno]);
    expect([await allocatedAt(mug), await allocatedAt(pen)]).toEqual([[`${reno} 1`], [`${reno} 1`]]);
    const decision = await decisionOf(order.id);
    expect(decision).toMatchObject({
      parcels: [{ locationId: reno, units: { [mug]: 1, [pen]: 1 } }],
      runnerUp: { locationIds: expect.arrayContaining([retailer.locationIds[0]]) },
    });
    expect(decision.sentences[0]).toMatch(new RegExp(`^${reno} ships 1 of .* for 10.00 USD\\.$`));
  });

  it("shares the stock of a SKU among its lines", async () => {
    const retailer = await openRetailer(call, { stock: [[2, 3, 0]], channel: generic });
    const two = anOrderOf(retailer, [2]);
    const lines = [two.lines[0]!, { ...two.lines[0]!, id: two.id * 10 + 7, quantity: 1 }];
    const order = await placed(retailer, [2], { ...two, lines });
    expect(sentFrom(order)).toEqual([retailer.locationIds[1]]);
    expect(order.lines.map(({ allocated }) => allocated)).toEqual([2, 1]);
  });

  it("ships in no more parcels than its channel allows, and backorders the rest at the location it ships from", async () => {
    const channel = withRules({ maxParcels: 1 });
    const retailer = await openRetailer(call, {
      stock: [
        [2, 0, 0],
        [0, 1, 0],
      ],
      channel,
    });
    const order = await placed(retailer, [2, 1]);
    expect(sentFrom(order)).toEqual([retailer.locationIds[0]]);
    expect(order.lines.map(({ allocated, backordered }) => [allocated, backordered])).toEqual([
      [2, 0],
      [0, 1],
    ]);
    expect(await allocatedAt(retailer.skus[1]!)).toEqual([]);
    expect(await decisionOf(order.id)).toMatchObject({
      rule: "max_parcels",
      unsent: { [retailer.skus[1]!]: 1 },
    });
  });

  it("is held with the reason if it ships complete and not all of it is available", async () => {
    const channel = withRules({ shipComplete: true });
    const retailer = await openRetailer(call, {
      stock: [
        [1, 0, 0],
        [5, 0, 0],
      ],
      channel,
    });
    const order = await placed(retailer, [2, 1]);
    const detail = `It must ship complete, and waits for 1 of ${retailer.skus[0]}.`;
    expect(order.holds).toMatchObject([{ code: "ship_complete", detail }]);
    const cancelled = await call("POST", `/v1/orders/${order.id}/cancellations`, {
      lines: [{ lineId: order.lines[0]!.id, quantity: 1 }],
      reason: "customer",
    });
    expect([cancelled.status, cancelled.body.holds]).toEqual([200, []]);
  });

  it("is held with the rules that exclude every location, until one may ship it", async () => {
    const retailer = await openRetailer(call, { stock: [[5]], channel: { ...generic, countries: ["CA"] } });
    const order = await placed(retailer, [1]);
    expect(order.holds).toMatchObject([{ code: "no_location" }]);
    expect(order.holds[0]!.detail).toContain("a country that the channel does not sell to");
    expect(order.lines[0]).toMatchObject({ unsourced: 1, allocated: 0 });
    const line = order.lines[0]!;
    const path = `/v1/orders/${order.id}/lines/${line.id}/sku`;
    const early = await call("PUT", path, { sku: line.sku });
    expect([early.status, early.body.code]).toEqual([409, "no_location"]);

    const everywhere = {
      name: "The shop",
      kind: "generic",
      currency: "USD",
      locationIds: retailer.locationIds,
      shortagePolicy: "backorder",
      gracePeriodMinutes: 0,
    };
    expect((await call("PUT", `/v1/channels/${retailer.channelId}`, everywhere)).status).toBe(200);
    const sourced = await call("PUT", path, { sku: line.sku });
    expect([sourced.status, sourced.body.holds, sourced.body.lines[0].allocated]).toEqual([200, [], 1]);
  });
});

describe("a preview", () => {
  it("returns the plan and allocates nothing", async () => {
    const retailer = await openRetailer(call, { stock: [[3, 3, 0]], channel: generic });
    const [sku] = retailer.skus as [string];
    const preview = {
      channelId: retailer.channelId,
      lines: [
        { sku, quantity: 2 },
        { sku, quantity: 2 },
      ],
    };
    const { status, body } = await call("POST", "/v1/sourcing/preview", preview);
    expect([status, (body as unknown as Decision).parcels.map(({ units }) => units)]).toEqual([
      200,
      [{ [sku]: 3 }, { [sku]: 1 }],
    ]);
    expect(await allocatedAt(sku)).toEqual([]);
    const lines = [{ sku: "NO-SUCH", quantity: 1 }];
    const unknown = await call("POST", "/v1/sourcing/preview", { channelId: retailer.channelId, lines });
    expect([unknown.status, unknown.body.errors]).toMatchObject([422, [{ path: "lines.0.sku" }]]);
    const nowhere = await call("POST", "/v1/sourcing/preview", { ...preview, channelId: "no-such" });
    expect([nowhere.status, nowhere.body.errors]).toMatchObject([422, [{ path: "channelId" }]]);
  });
});

describe("a simulation of a past day", () => {
  it("is replayed page by page, each page once however often its message is delivered", async () => {
    const retailer = await openRetailer(call, { stock: [[5, 5, 0]], channel: generic });
    const [louisville, reno] = retailer.locationIds as [string, string];
    for (const quantity of [1, 2]) await placed(retailer, [quantity]);
    await listChannel(retailer.channelId);
    const day = localDate(Date.now(), BOOKS_ZONE);
    const locations = { [louisville]: { active: false } };
    const begun = await call("POST", "/v1/sourcing/simulate", { day, locations });
    expect([begun.status, begun.body.status]).toEqual([202, "running"]);
    const path = `/v1/sourcing/simulations/${begun.body.id}`;

    // The queue performs it as well.
    await Promise.all([finishJobs(), finishJobs()]);
    const { body } = await call("GET", path);
    const { recorded, simulated } = body as unknown as Record<
      "recorded" | "simulated",
      {
        parcelsByLocation: Record<string, number>;
      }
    >;
    expect(body.status).toBe("done");
    expect([recorded.parcelsByLocation[louisville], simulated.parcelsByLocation[louisville]]).toEqual([
      2,
      undefined,
    ]);
    expect(simulated.parcelsByLocation[reno]).toBe(2);
  });

  it("is rejected for a future day and for unknown locations", async () => {
    const tomorrow = addDays(localDate(Date.now(), BOOKS_ZONE), 2);
    const early = await call("POST", "/v1/sourcing/simulate", { day: tomorrow });
    expect([early.status, early.body.errors]).toMatchObject([422, [{ path: "day" }]]);
    const locations = { "no-such": { active: false } };
    const unknown = await call("POST", "/v1/sourcing/simulate", { day: "2026-01-02", locations });
    expect([unknown.status, unknown.body.errors]).toMatchObject([422, [{ path: "locations" }]]);
    expect((await call("GET", "/v1/sourcing/simulations/run_none")).status).toBe(404);
  });

  it("is rejected while ten others are running, even if all begin at once", async () => {
    await env.DB.prepare(
      "UPDATE job_runs SET status = 'done', due_at = NULL WHERE job = 'sourcing-simulation'",
    ).run();
    const silent = { ...aContext(), send: async () => undefined };
    const changes = { rules: {}, locations: {}, withoutServices: [] };
    const begun = await Promise.all(
      Array.from({ length: 12 }, () => beginSimulation(silent, "2026-01-02", changes)),
    );
    expect(begun.filter(({ ok }) => ok)).toHaveLength(10);
    const refused = await call("POST", "/v1/sourcing/simulate", { day: "2026-01-02" });
    expect([refused.status, refused.body]).toMatchObject([429, { code: "simulations_running", most: 10 }]);
    await env.DB.prepare(
      "UPDATE job_runs SET status = 'done', due_at = NULL WHERE job = 'sourcing-simulation'",
    ).run();
    expect((await call("POST", "/v1/sourcing/simulate", { day: "2026-01-02" })).status).toBe(202);
  });
});

describe("the stock that a decision was made from", () => {
  const DAY = 86_400_000;
  const decisionsOf = async (id: string) =>
    (await call("GET", `/v1/orders/${id}/sourcing`)).body.decisions as {
      decision: { sentences: string[]; supply: Record<string, unknown> };
    }[];
  const night = (at: number) => runJob({ ...aContext(), now: () => at }, deleteOldSupplyJob);

  it("is deleted thirty days after the order was placed; the decision stays explained, and no replay reads it", async () => {
    const retailer = await openRetailer(call, { stock: [[5, 5, 0]], channel: generic });
    const { id } = await placed(retailer, [2]);
    await listChannel(retailer.channelId);
    const [before] = await decisionsOf(id);
    expect(before!.decision.supply).toEqual({
      [retailer.skus[0]!]: expect.objectContaining({ quantity: 2 }),
    });

    await night(Date.now() + 29 * DAY);
    expect((await decisionsOf(id))[0]).toEqual(before);
    const cleared = await night(Date.now() + 31 * DAY);
    expect(cleared.progress).toMatchObject({ cleared: expect.any(Number) });
    expect((await decisionsOf(id))[0]).toEqual({ ...before, decision: { ...before!.decision, supply: {} } });
    const history = await call("GET", `/v1/orders/${id}/events`);
    expect((history.body.items as unknown[]).length).toBeGreaterThan(0);

    const day = localDate(Date.now(), BOOKS_ZONE);
    const begun = await call("POST", "/v1/sourcing/simulate", { day });
    await finishJobs();
    const { body } = await call("GET", `/v1/sourcing/simulations/${begun.body.id}`);
    expect(body).toMatchObject({ status: "done", orders: 0 });

    expect((await night(Date.now() + 32 * DAY)).progress).toEqual({ orders: 0, cleared: 0 });
  });

  it("is not kept of an order that was placed long ago: nothing would delete it", async () => {
    const retailer = await openRetailer(call, { stock: [[5, 5, 0]], channel: generic });
    const { id } = await placed(retailer, [2], { placedAt: Date.now() - 40 * DAY });
    const [decision] = await decisionsOf(id);
    expect(decision!.decision.supply).toEqual({});
    expect(decision!.decision.sentences.length).toBeGreaterThan(0);
  });
});

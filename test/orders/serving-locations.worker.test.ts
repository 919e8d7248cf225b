/** Promises, releases and repairs use only locations that sourcing would use for the order. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createContext } from "../../src/app-context";
import { forgetReference } from "../../src/catalog/channels";
import { readOrder } from "../../src/orders/change-order";
import { repairOrderFromStock, stockOfLines } from "../../src/orders/repair-order-from-stock";
import { callerWith, type Call } from "../support/api";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

/** A Monday, nine in the morning in New York. The locations there close at four. */
const MONDAY = Date.UTC(2027, 1, 1, 14);

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});
beforeEach(() => void vi.useFakeTimers({ now: MONDAY, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const aRetailer = (stock: readonly (readonly number[])[], sku: Record<string, unknown> = {}) =>
  openRetailer(call, { stock, sku, channel: { kind: "generic", secrets: undefined } });

async function changeLocation(id: string, change: Record<string, unknown>): Promise<void> {
  const { id: _id, ...location } = (await call("GET", `/v1/locations/${id}`)).body;
  expect((await call("PUT", `/v1/locations/${id}`, { ...location, ...change })).status).toBe(200);
}

async function expectInbound({ skus, locationIds }: Retailer, at: number, expectedOn: string) {
  const inbound = { sku: skus[0], locationId: locationIds[at], quantity: 5, expectedOn };
  expect((await call("PUT", `/v1/inbound/${skus[0]}-${at}`, inbound)).status).toBe(201);
}

async function placed(retailer: Retailer, over: Record<string, unknown> = {}) {
  const order = { ...canonicalPayload(anOrderOf(retailer, [1])), ...over };
  const { status, body } = await call("POST", "/v1/orders", { channelId: retailer.channelId, ...order });
  expect(status).toBe(201);
  return body;
}

describe("a backordered line", () => {
  it.each([
    { name: "does not send to the country", sku: {}, location: { countries: ["CA"] } },
    {
      name: "does not accept hazardous goods",
      sku: { hazardous: true },
      location: { acceptsHazardous: false },
    },
    { name: "does not accept oversize goods", sku: { oversize: true }, location: { acceptsOversize: false } },
    { name: "ships no orders", sku: {}, location: { shipsOrders: false, offersPickup: true } },
  ])("is not promised inbound at a location that $name", async ({ sku, location }) => {
    const retailer = await aRetailer([[0, 0]], sku);
    await changeLocation(retailer.locationIds[0]!, location);
    await expectInbound(retailer, 0, "2027-02-02");
    await expectInbound(retailer, 1, "2027-02-09");
    const { lines } = await placed(retailer);
    expect(lines).toMatchObject([{ backordered: 1, shipByOn: "2027-02-10" }]);
  });

  it("is promised the first inbound where every location may serve it", async () => {
    const retailer = await aRetailer([[0, 0]]);
    await expectInbound(retailer, 0, "2027-02-02");
    await expectInbound(retailer, 1, "2027-02-09");
    expect((await placed(retailer)).lines).toMatchObject([{ backordered: 1, shipByOn: "2027-02-03" }]);
  });
});

describe("a pickup", () => {
  it("is released at a store that ships no orders", async () => {
    const retailer = await aRetailer([[3]]);
    const [store] = retailer.locationIds;
    await changeLocation(store!, { shipsOrders: false, offersPickup: true });
    const { id, fulfillments } = await placed(retailer, { pickupLocationId: store });
    await call("POST", `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/release`);
    expect((await call("GET", `/v1/orders/${id}`)).body.fulfillments).toMatchObject([{ status: "released" }]);
  });
});

describe("the repair of an order", () => {
  it("allocates missing units only at locations that may serve the order", async () => {
    const retailer = await aRetailer([[3, 3]]);
    const [near, far] = retailer.locationIds;
    const [sku] = retailer.skus;
    const { id } = await placed(retailer);
    const context = createContext(env, createExecutionContext(), "test");
    const order = (await readOrder(context, id))!;
    const lineId = order.lines[0]!.id;
    expect(await context.inventory.readLineStock(sku!, lineId)).toMatchObject({
      value: { allocated: [{ locationId: near, quantity: 1 }] },
    });

    await context.inventory.releasePending(sku!, lineId, context.now());
    await changeLocation(near!, { shipsOrders: false });
    forgetReference();
    expect(await repairOrderFromStock(context, order, (await stockOfLines(context, order))!)).toBe(false);
    expect(await context.inventory.readLineStock(sku!, lineId)).toMatchObject({
      value: { allocated: [{ locationId: far, quantity: 1 }] },
    });
  });
});

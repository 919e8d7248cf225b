/** Units that were allocated for a change which is then refused, fails or loses to another writer are free at once. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { reserveStock } from "../../src/checkout/reserve-stock";
import type { AppContext } from "../../src/modules";
import { applyStorefrontUpdate } from "../../src/orders/apply-storefront-update";
import { assignLineSku } from "../../src/orders/assign-line-sku";
import { CanonicalOrder } from "../../src/orders/canonical-order-schema";
import { toNewOrder } from "../../src/orders/canonical-order";
import { placeOrder } from "../../src/orders/place-order";
import type { LineId, OrderId } from "../../src/kernel/ids";
import { aLocation, callerWith, unique, type Call } from "../support/api";
import { databaseAway, databasesRefusing, databasesWith, fetchWith } from "../support/faulty-bindings";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";
import { canonicalPayload, type TrafficOrder } from "../support/storefront-traffic";
import type { DatabaseBindings } from "../../src/platform/d1/databases";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const UNSIGNED = { kind: "generic", secrets: undefined };

/** By SKU, the units that are allocated at all locations. */
const allocated = ({ skus }: Retailer): Promise<number[]> =>
  Promise.all(
    skus.map(async (sku) => {
      const { body } = await call("GET", `/v1/skus/${sku}/stock`);
      return (body.levels as { allocated: number }[]).reduce((sum, level) => sum + level.allocated, 0);
    }),
  );

const place = (retailer: Retailer, order: TrafficOrder, headers = {}) =>
  call("POST", "/v1/orders", { channelId: retailer.channelId, ...canonicalPayload(order) }, headers);

const newContext = (): AppContext => createContext(env, { waitUntil: () => undefined }, "test");

/** A context in which the allocation of the SKU fails as if its object were overloaded. */
function contextWithoutSku(sku: string): AppContext {
  const context = newContext();
  const overloaded = Object.assign(new Error("Durable Object is overloaded"), { overloaded: true });
  return {
    ...context,
    inventory: {
      ...context.inventory,
      allocate: (each, request) =>
        each === sku ? Promise.reject(overloaded) : context.inventory.allocate(each, request),
    },
  };
}

/** A context in which another change of the order commits after each of the first `conflicts` allocations. */
function contextLosing(conflicts: number, change: (n: number) => Promise<unknown>): AppContext {
  const context = newContext();
  let lost = 0;
  return {
    ...context,
    inventory: {
      ...context.inventory,
      allocate: async (sku, request) => {
        const allocated = await context.inventory.allocate(sku, request);
        if (lost < conflicts) await change((lost += 1));
        return allocated;
      },
    },
  };
}

const canonicalOf = (order: TrafficOrder) => CanonicalOrder.parse(canonicalPayload(order));

describe("an order that is refused", () => {
  it("because its Idempotency-Key was used for another body holds nothing", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: UNSIGNED });
    const key = { "idempotency-key": unique("key") };
    expect((await place(retailer, anOrderOf(retailer, [2]), key)).status).toBe(201);
    const refused = await place(retailer, anOrderOf(retailer, [3]), key);
    expect([refused.status, refused.body.code]).toEqual([422, "idempotency_key_reused"]);
    expect(await allocated(retailer)).toEqual([2]);
  });

  it("because a concurrent order has used its key holds nothing", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: UNSIGNED });
    const key = { "idempotency-key": unique("key") };
    const answers = await Promise.all(
      [1, 2, 3, 4].map((quantity) => place(retailer, anOrderOf(retailer, [quantity]), key)),
    );
    const created = answers.filter(({ status }) => status === 201);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422, 422]);
    expect(await allocated(retailer)).toEqual([created[0]!.body.lines[0].ordered]);
  });

  it("as short holds nothing, also if the database does not say whether the order exists", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [0]], channel: UNSIGNED });
    const order = canonicalOf(anOrderOf(retailer, [2, 1], { status: "authorized" }));
    const context = newContext();
    await context.reference();
    const away = { ...context.databases, orders: () => databaseAway() };
    const config = { ...context.config, databaseDeadlineMs: 100 };
    const placed = await placeOrder({ ...context, databases: away, config }, retailer.channelId, order, null);
    expect(placed).toMatchObject({ ok: false, rejection: { code: "insufficient_stock" } });
    expect(await allocated(retailer)).toEqual([0, 0]);
  });
});

describe("an order that fails", () => {
  it("because the object of one of its SKUs does not answer holds nothing of the others", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [5], [5]], channel: UNSIGNED });
    const order = canonicalOf(anOrderOf(retailer, [1, 2, 3], { status: "authorized" }));
    const context = contextWithoutSku(retailer.skus[1]!);
    await expect(placeOrder(context, retailer.channelId, order, null)).rejects.toThrow("overloaded");
    expect(await allocated(retailer)).toEqual([0, 0, 0]);
  });

  it("because the database refuses its batch holds nothing", async () => {
    const retailer = await openRetailer(call, { stock: [[5]] });
    const bindings = databasesRefusing(/^INSERT INTO orders /);
    const answer = await fetchWith(bindings, await shopifyCallback(retailer, anOrderOf(retailer, [2])));
    expect(answer.status).toBe(500);
    expect(await allocated(retailer)).toEqual([0]);
  });

  it("keeps its units if it may have been stored", async () => {
    const retailer = await openRetailer(call, { stock: [[5]] });
    const bindings = databasesWith((batch) => async (statements) => {
      await batch(statements);
      throw new Error("the isolate is gone");
    });
    const order = anOrderOf(retailer, [2]);
    expect((await fetchWith(bindings, await shopifyCallback(retailer, order))).status).toBe(500);
    expect(await allocated(retailer)).toEqual([2]);
  });

  it("holds nothing if it could neither be stored nor queued, and stock was all that answered", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [5]] });
    const context = {
      ...contextWithoutSku(retailer.skus[1]!),
      send: () => Promise.reject(new Error("away")),
    };
    const order = canonicalOf(anOrderOf(retailer, [1, 1]));
    await expect(placeOrder(context, retailer.channelId, order, null)).rejects.toThrow("intake queue");
    expect(await allocated(retailer)).toEqual([0, 0]);
  });
});

describe("an order that exists already", () => {
  it("holds nothing more for a line that only a later copy of it has", async () => {
    const retailer = await openRetailer(call, { stock: [[9], [9]], channel: UNSIGNED });
    const order = anOrderOf(retailer, [2, 0]);
    expect((await place(retailer, order)).status).toBe(201);
    const [more] = anOrderOf(retailer, [0, 3]).lines;
    expect((await place(retailer, { ...order, lines: [...order.lines, more!] })).status).toBe(200);
    expect(await allocated(retailer)).toEqual([2, 0]);
  });

  it("allocates nothing for its creation if it arrived cancelled", async () => {
    const retailer = await openRetailer(call, { stock: [[9]] });
    const order = anOrderOf(retailer, [2]);
    const cancelled = { ...order, cancelledAt: order.placedAt + 5_000, updatedAt: order.placedAt + 5_000 };
    const send = async (state: TrafficOrder, topic: string) =>
      (await fetchWith({}, await shopifyCallback(retailer, state, { topic }))).status;
    expect(await send(cancelled, "orders/cancelled")).toBe(200);
    expect(await send(order, "orders/create")).toBe(200);
    expect(await allocated(retailer)).toEqual([0]);
  });
});

describe("lines that a storefront adds", () => {
  async function editedOrder() {
    const retailer = await openRetailer(call, { stock: [[9], [9]], channel: UNSIGNED });
    const order = anOrderOf(retailer, [2, 0]);
    const { body } = await place(retailer, order);
    const [more] = anOrderOf(retailer, [0, 3]).lines;
    const edited = { ...order, updatedAt: order.placedAt + 9_000, lines: [...order.lines, more!] };
    const channel = (await newContext().reference()).channels.get(retailer.channelId)!;
    const incoming = toNewOrder(channel, canonicalOf(edited));
    if (!incoming.ok) throw new Error("the edit cannot be read");
    return { retailer, orderId: body.id as OrderId, state: { incoming: incoming.value, channel } };
  }
  const note = (orderId: OrderId) => (n: number) =>
    call("POST", `/v1/orders/${orderId}/notes`, { text: `note ${n}` });

  it("are allocated once if another change commits first", async () => {
    const { retailer, orderId, state } = await editedOrder();
    const changed = await applyStorefrontUpdate(contextLosing(2, note(orderId)), orderId, state);
    expect(changed).toMatchObject({ ok: true });
    expect(await allocated(retailer)).toEqual([2, 3]);
  });

  it("hold nothing if another change commits first each time", async () => {
    const { retailer, orderId, state } = await editedOrder();
    const changed = await applyStorefrontUpdate(contextLosing(3, note(orderId)), orderId, state);
    expect(changed).toMatchObject({ ok: false, rejection: { code: "version_conflict" } });
    expect(await allocated(retailer)).toEqual([2, 0]);
  });

  it("hold nothing if another change cancels the order", async () => {
    const { retailer, orderId, state } = await editedOrder();
    const cancel = async () => {
      const { incoming, channel } = state;
      const cancelled = { ...incoming, storefrontUpdatedAt: incoming.storefrontUpdatedAt + 1_000 };
      await applyStorefrontUpdate(newContext(), orderId, {
        incoming: { ...cancelled, lines: incoming.lines.slice(0, 1), cancelledAt: incoming.placedAt },
        channel,
      });
    };
    const changed = await applyStorefrontUpdate(contextLosing(1, cancel), orderId, state);
    expect(changed).toMatchObject({ ok: true, value: { status: "cancelled" } });
    expect((await allocated(retailer))[1]).toBe(0);
  });

  it("hold nothing if the database refuses the batch", async () => {
    const { retailer, orderId, state } = await editedOrder();
    const context = createContext(
      { ...env, ...databasesRefusing(/^INSERT INTO order_lines/) },
      { waitUntil: () => undefined },
      "test",
    );
    await expect(applyStorefrontUpdate(context, orderId, state)).rejects.toThrow("SQLITE_CORRUPT");
    expect(await allocated(retailer)).toEqual([2, 0]);
  });
});

describe("a SKU that is assigned to a line", () => {
  /** An order with a line whose SKU is unknown. */
  async function orderWithUnknownSku(over: Partial<Record<string, unknown>> = {}) {
    const retailer = await openRetailer(call, { stock: [[9]], channel: UNSIGNED, sku: over });
    const order = anOrderOf({ ...retailer, skus: [unique("NONE")] }, [2]);
    const { body } = await place(retailer, order);
    const lineId = body.lines[0].id as LineId;
    return { retailer, orderId: body.id as OrderId, lineId };
  }

  it("holds nothing if no location may send it", async () => {
    const { retailer, orderId, lineId } = await orderWithUnknownSku({ hazardous: true });
    const [locationId] = retailer.locationIds;
    const location = aLocation({ acceptsHazardous: false, address: { countryCode: "US" } });
    expect((await call("PUT", `/v1/locations/${locationId}`, location)).status).toBe(200);
    const assigned = await call("PUT", `/v1/orders/${orderId}/lines/${lineId}/sku`, {
      sku: retailer.skus[0],
    });
    expect([assigned.status, assigned.body.code]).toEqual([409, "no_location"]);
    expect(await allocated(retailer)).toEqual([0]);
  });

  it("holds nothing of the SKU that another member of staff did not choose", async () => {
    const { retailer, orderId, lineId } = await orderWithUnknownSku();
    const other = await openRetailer(call, { stock: [[9]] });
    const first = async () => {
      const path = `/v1/orders/${orderId}/lines/${lineId}/sku`;
      expect((await call("PUT", path, { sku: other.skus[0] })).status).toBe(200);
    };
    const assigned = await assignLineSku(contextLosing(1, first), orderId, {
      lineId,
      sku: retailer.skus[0]!,
    });
    expect(assigned).toMatchObject({ ok: false, rejection: { code: "line_already_sourced" } });
    expect(await allocated(retailer)).toEqual([0]);
  });
});

describe("a reservation that fails", () => {
  it("because the object of one of its SKUs does not answer holds nothing of the others", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [5]] });
    const { channelId, skus } = retailer;
    const lines = skus.map((sku) => ({ sku, quantity: 2 }));
    const request = { channelId, token: unique("cart"), lines, retryId: null, shipTo: null, ttlMs: 900_000 };
    await expect(reserveStock(contextWithoutSku(skus[1]!), request)).rejects.toThrow("overloaded");
    expect(await allocated(retailer)).toEqual([0, 0]);
  });

  it("because it cannot be stored holds nothing, but keeps what an earlier request under its token holds", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [5]] });
    const { channelId, skus } = retailer;
    const reserve = (token: string, bindings: DatabaseBindings, wanted = skus) => {
      const lines = wanted.map((sku) => ({ sku, quantity: 2 }));
      const context = createContext({ ...env, ...bindings }, { waitUntil: () => undefined }, "test");
      return reserveStock(context, { channelId, token, lines, retryId: null, shipTo: null, ttlMs: 900_000 });
    };
    const refusing = databasesRefusing(/INSERT INTO reservations/);
    await expect(reserve(unique("cart"), refusing)).rejects.toThrow("SQLITE_CORRUPT");
    expect(await allocated(retailer)).toEqual([0, 0]);
    const token = unique("cart");
    await reserve(token, env, skus.slice(0, 1));
    await expect(reserve(token, refusing)).rejects.toThrow("SQLITE_CORRUPT");
    expect(await allocated(retailer)).toEqual([2, 0]);
  });
});

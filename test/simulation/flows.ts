/** Scripted days at the retailer. Each is played without faults, and again with every fault at every call. */
import { buyLabel, lastLabels, parcelsWithoutLabel, scan, shipWithLabel, voidLabel } from "./parcels";
import { MINUTE, type World } from "./world";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Flow = Readonly<{
  name: string;
  stock: readonly (readonly [number, number])[];
  /** The calls of the day. */
  run: (world: World) => Promise<void>;
  /** Returns violations beyond the guarantees, at the end. */
  checkEnd?: (world: World) => Promise<string[]>;
}>;

const turns = async (world: World, count = 2) => {
  for (let i = 0; i < count; i += 1) await world.turn();
};
/** Lets the grace period pass and the fulfillments be released. */
const release = async (world: World) => {
  await turns(world);
  world.advance(6 * MINUTE);
  await world.cron("* * * * *");
  await turns(world);
};

export const FLOWS: readonly Flow[] = [
  {
    name: "an order of three lines is shipped and delivered",
    stock: [
      [5, 0],
      [3, 3],
      [1, 2],
    ],
    run: async (world) => {
      const order = world.order([2, 1, 1]);
      await world.callback(order, "orders/create");
      await release(world);
      for (const [i, fulfillment] of (await world.fulfillments("released")).entries())
        await world.ship(fulfillment, `box-${i}`);
      await turns(world);
      const path = `/v1/orders/${world.idOf(order)}`;
      const reply = await world.staff("GET", path);
      const { shipments } = (reply?.body ?? {}) as { shipments?: { id: string }[] };
      for (const { id } of shipments ?? [])
        await world.staff("POST", `${path}/shipments/${id}/deliveries`, {});
    },
  },
  {
    name: "a callback comes twice at once, an edit with its order's creation, and older ones later",
    stock: [[4, 4]],
    run: async (world) => {
      const order = world.order([1]);
      const other = world.order([2]);
      const lines = [{ ...other.lines[0]!, quantity: 3 }];
      const newer = { ...other, lines, updatedAt: other.placedAt + 5_000, email: "newer@example.com" };
      await Promise.all([
        world.callback(order, "orders/create"),
        world.callback(order, "orders/create"),
        world.callback(newer, "orders/updated"),
        world.callback(other, "orders/create"),
      ]);
      await world.callback(other, "orders/paid");
      await world.callback(other, "orders/create");
      await turns(world);
    },
  },
  {
    name: "one reservation becomes an order, one is abandoned, one is released",
    stock: [[2, 1]],
    run: async (world) => {
      const reserve = (token: string) =>
        world.staff("POST", "/v1/reservations", {
          channelId: world.channelId,
          token,
          lines: [{ sku: world.skus[0], quantity: 1 }],
        });
      await reserve("bought");
      await reserve("left");
      const third = await reserve("dropped");
      if (typeof third?.body.id === "string")
        await world.staff("DELETE", `/v1/reservations/${third.body.id}`);
      await world.callback(world.order([1], { cartToken: "bought" }), "orders/create");
      world.advance(20 * MINUTE);
      await turns(world);
    },
  },
  {
    name: "a backordered order is partly cancelled, and a receipt fills the rest",
    stock: [[1, 1]],
    run: async (world) => {
      const order = world.order([4]);
      const waiting = world.order([1]);
      await world.callback(order, "orders/create");
      await world.callback(waiting, "orders/create");
      const reply = await world.staff("GET", `/v1/orders/${world.idOf(order)}`);
      const { lines } = (reply?.body ?? {}) as { lines?: { id: string }[] };
      const cancellation = { reason: "one too many", lines: [{ lineId: lines?.[0]?.id ?? "", quantity: 1 }] };
      await world.staff("POST", `/v1/orders/${world.idOf(order)}/cancellations`, cancellation);
      await world.receive(0, 1, 3, "delivery");
      await turns(world, 3);
    },
  },
  {
    name: "a count finds too few units, and a location rejects a fulfillment",
    stock: [[3, 3]],
    run: async (world) => {
      await world.callback(world.order([2]), "orders/create");
      await world.callback(world.order([1]), "orders/create");
      await release(world);
      await world.count(0, 0, 2, "stocktake");
      const [fulfillment] = await world.fulfillments("released");
      if (fulfillment) await world.rejectFulfillment(fulfillment);
      await turns(world, 3);
    },
  },
  {
    name: "a location closes before it gets a fulfillment, and opens again",
    stock: [[2, 2]],
    run: async (world) => {
      await world.callback(world.order([2]), "orders/create");
      await world.changeLocation(0, { active: false });
      await world.cron("* * * * *");
      await turns(world);
      await world.changeLocation(0, { active: true });
      await world.cron("* * * * *");
      await turns(world);
    },
  },
  {
    name: "three callbacks name an order without content, which changes before it is fetched again",
    stock: [[4, 0]],
    run: async (world) => {
      const order = world.order([2]);
      await Promise.all([
        world.changedInStore(order, "store/order/created"),
        world.changedInStore(order, "store/order/statusUpdated"),
      ]);
      await turns(world, 1);
      const updatedAt = order.placedAt + 5_000;
      const newer = { ...order, updatedAt, email: "newer@example.com" };
      await world.changedInStore(newer, "store/order/updated");
      await turns(world);
    },
    checkEnd: (world) => world.differencesFromStore(),
  },
  {
    name: "an order is refunded before and after shipping, restocked, then cancelled",
    stock: [[6, 0]],
    run: async (world) => {
      const order = world.order([4]);
      const line = order.lines[0]!.id;
      await world.callback(order, "orders/create");
      const at = Date.now();
      const before = {
        id: order.id + 1,
        amountMinor: 2006,
        at,
        reason: "less",
        lines: [{ lineId: line, quantity: 1, restock: "cancel" as const }],
      };
      await world.refund(order, before);
      await release(world);
      const [fulfillment] = await world.fulfillments("released");
      if (fulfillment) {
        const { orderId, fulfillmentId } = fulfillment;
        const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/shipments`;
        const reply = await world.staff("GET", `/v1/orders/${orderId}`);
        const { lines } = (reply?.body ?? {}) as { lines?: { id: string }[] };
        await world.staff("POST", path, {
          reference: "first",
          lines: [{ lineId: lines?.[0]?.id ?? "", quantity: 2 }],
        });
      }
      const after = {
        id: order.id + 2,
        amountMinor: 2006,
        at: Date.now(),
        reason: "back",
        lines: [{ lineId: line, quantity: 1, restock: "return" as const }],
      };
      await world.refund(order, after);
      const cancelledAt = Date.now();
      await world.callback(
        { ...order, updatedAt: cancelledAt, cancelledAt, refunds: [before, after] },
        "orders/cancelled",
      );
      await turns(world, 3);
    },
  },
  {
    name: "a storefront cancels an order, opens it again, sells another SKU, and deletes an order before it is created",
    stock: [
      [2, 0],
      [0, 2],
    ],
    run: async (world) => {
      const order = world.order([1]);
      const at = (seconds: number) => ({ updatedAt: order.placedAt + seconds * 1_000 });
      const cancelled = { ...order, ...at(1), cancelledAt: order.placedAt + 1_000 };
      const lines = [{ ...order.lines[0]!, sku: world.skus[1]!, discountMinor: 300 }];
      const other = { ...order, ...at(3), lines };
      const deleted = world.order([1]);
      await world.callback(order, "orders/create");
      await world.callback(cancelled, "orders/cancelled");
      await world.callback({ ...order, ...at(2) }, "orders/updated");
      await Promise.all([
        world.callback(other, "orders/updated"),
        world.callback(deleted, "orders/create"),
        world.deleteAtStorefront({ ...deleted, updatedAt: deleted.placedAt + 1_000 }),
      ]);
      await turns(world, 3);
    },
  },
  {
    name: "a delivered order is archived, sent again, read and refunded",
    stock: [[4, 0]],
    run: async (world) => {
      const order = world.order([2]);
      await world.callback(order, "orders/create");
      await release(world);
      for (const fulfillment of await world.fulfillments("released")) await world.ship(fulfillment, "box");
      await turns(world);
      for (const { orderId, shipmentId } of await world.undeliveredShipments())
        await world.staff("POST", `/v1/orders/${orderId}/shipments/${shipmentId}/deliveries`, {});
      await turns(world, 4);
      world.advance(MINUTE);
      await Promise.all([world.archiveOrders(), world.callback(order, "orders/updated")]);
      await turns(world, 3);
      world.advance(MINUTE);
      await world.archiveOrders();
      await turns(world, 3);
      const path = `/v1/orders/${world.idOf(order)}`;
      await world.staff("GET", path);
      const lines = [{ lineId: order.lines[0]!.id, quantity: 1, restock: "return" as const }];
      const refund = { id: order.id, amountMinor: 2_006, at: Date.now(), reason: "late", lines };
      const refunded = { ...order, refunds: [refund], updatedAt: Date.now() };
      await Promise.all([world.archiveOrders(), world.refund(refunded, refund)]);
      await turns(world, 3);
    },
  },
  {
    name: "a refund arrives before its order is created",
    stock: [[2, 0]],
    run: async (world) => {
      const order = world.order([2]);
      const line = { lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const };
      const at = order.placedAt + 1_000;
      const refund = { id: order.id + 1, amountMinor: 2006, at, reason: "one too many", lines: [line] };
      await world.refund({ ...order, updatedAt: at, refunds: [refund] }, refund);
      await turns(world, 1);
      await world.callback(order, "orders/create");
      world.advance(MINUTE);
      await turns(world);
    },
  },
  {
    name: "an order is promised from inbound stock, which does not arrive and is announced again",
    stock: [[0, 0]],
    run: async (world) => {
      await world.callback(world.order([2]), "orders/create");
      await world.expect({ po: 1, sku: 0, at: 0, quantity: 4, days: 1 });
      world.advance(2 * DAY);
      await world.cron("23 * * * *");
      await turns(world, 1);
      await world.expect({ po: 1, sku: 0, at: 0, quantity: 4, days: 1 });
    },
  },
  {
    name: "inbound stock arrives as announced, and the order ships a day late",
    stock: [[0, 0]],
    run: async (world) => {
      await world.expect({ po: 1, sku: 0, at: 0, quantity: 2, days: 1 });
      await world.callback(world.order([1]), "orders/create");
      await world.receive(0, 0, 2, "all", true);
      await release(world);
      world.advance(DAY);
      await world.cron("23 * * * *");
      await turns(world, 1);
      const [fulfillment] = await world.fulfillments("released");
      if (fulfillment) await world.ship(fulfillment, "late");
    },
  },
  {
    name: "the sweep runs a simulation, updates a SKU's object and deletes an expired reservation",
    stock: [[3, 1]],
    run: async (world) => {
      await world.callback(world.order([1]), "orders/create");
      await world.staff("POST", "/v1/reservations", {
        channelId: world.channelId,
        token: "left",
        lines: [{ sku: world.skus[0], quantity: 1 }],
      });
      await world.updateSkuCost(0, 450);
      await world.staff("POST", "/v1/sourcing/simulate", { day: "2050-01-03" });
      for (let sweeps = 0; sweeps < 2; sweeps += 1) {
        await turns(world, 1);
        world.advance(4 * MINUTE);
        await world.cron("* * * * *");
      }
      world.advance(25 * HOUR);
      await world.cron("* * * * *");
      await turns(world, 1);
    },
    checkEnd: (world) => world.leftUnswept(),
  },
  {
    name: "a parcel gets a label, leaves with it, and its scans come doubled and in any sequence",
    stock: [[3, 0]],
    run: async (world) => {
      await world.callback(world.order([2]), "orders/create");
      await release(world);
      const [fulfillment] = await world.fulfillments("released");
      if (fulfillment) {
        await Promise.all([buyLabel(world, fulfillment, "box"), buyLabel(world, fulfillment, "box")]);
      }
      world.advance(3 * MINUTE);
      await world.cron("* * * * *");
      for (const { shipmentId } of await lastLabels()) await shipWithLabel(world, shipmentId);
      for (const { trackingNumber } of await lastLabels()) {
        if (trackingNumber === null) continue;
        await scan(world, trackingNumber, ["in_transit", "out_for_delivery", "delivered"], [2, 0, 1, 2, 99]);
      }
      await turns(world);
    },
    checkEnd: parcelsWithoutLabel,
  },
  {
    name: "a label is voided, another one is bought for the parcel, and the carrier is asked for it",
    stock: [[2, 0]],
    run: async (world) => {
      await world.callback(world.order([1]), "orders/create");
      await release(world);
      const [fulfillment] = await world.fulfillments("released");
      if (fulfillment) await buyLabel(world, fulfillment, "box");
      for (const { shipmentId } of await lastLabels()) {
        await Promise.all([voidLabel(world, shipmentId), shipWithLabel(world, shipmentId)]);
      }
      world.advance(3 * MINUTE);
      await world.cron("* * * * *");
      if (fulfillment) await buyLabel(world, fulfillment, "box");
      world.advance(3 * MINUTE);
      await world.cron("* * * * *");
      for (const { shipmentId, trackingNumber } of await lastLabels()) {
        await shipWithLabel(world, shipmentId);
        if (trackingNumber !== null) await scan(world, trackingNumber, ["in_transit", "delivered"], []);
      }
      world.advance(13 * HOUR);
      await world.cron("23 * * * *");
      await turns(world, 4);
    },
    checkEnd: parcelsWithoutLabel,
  },
];

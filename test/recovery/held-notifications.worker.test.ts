/** Notifications about what a restored database has lost: held by name, and sent or skipped by a person. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { derivedId, orderIdOf, type OrderId } from "../../src/kernel/ids";
import { decideHeldNotification } from "../../src/notifications/held-notifications";
import type { NotificationKind, NotificationToSend } from "../../src/notifications/domain/notifications";
import { sendNotification } from "../../src/notifications/send-notification";
import { findNotification } from "../../src/notifications/storage/notifications";
import { closeAfterRestore, openAfterRestore } from "../../src/platform/restores/restores";
import { anOrder } from "../support/an-order";
import { unique } from "../support/api";
import { storeOrder } from "../support/store-order";

const shipmentId = derivedId("shp", "lost");
const sent: { to: string; id: string }[] = [];
const context = {
  ...createContext(env, createExecutionContext(), "test"),
  notifier: {
    name: "kept",
    send: async (mail: { to: string; id: string }) => {
      sent.push(mail);
      return { ok: true, value: { providerId: "1" } } as const;
    },
  },
};

const about = (orderId: OrderId, kind: NotificationKind = "order_shipped"): NotificationToSend => ({
  type: "notification.send.v1",
  notificationId: derivedId("ntf", orderId, kind, kind === "order_shipped" ? shipmentId : ""),
  orderId,
  kind,
  shipmentId: kind === "order_shipped" ? shipmentId : null,
});
const newId = () => orderIdOf("web", unique("order"));
const store = (id: OrderId) => storeOrder(anOrder({ id, externalId: id }));
const decide = ({ orderId, notificationId }: NotificationToSend, decision: "send" | "skip") =>
  decideHeldNotification(context, { orderId, notificationId }, decision);
const statusOf = async (message: NotificationToSend) =>
  (await findNotification(env.ORDERS_00, message))?.status ?? null;

describe("a notification about what its database does not have", () => {
  it("waits, while no database was restored", async () => {
    const { id } = await store(newId());
    for (const message of [about(id), about(newId(), "order_received")]) {
      const outcome = await sendNotification(context, message);
      expect(outcome).toMatchObject({ ok: false, rejection: { code: "retry" } });
      expect(await statusOf(message)).toBeNull();
    }
  });

  it("is held after a restore, and sent once its shipment is recorded again", async () => {
    const now = Date.now();
    await closeAfterRestore(env.ORDERS_00, { since: now - 60_000, until: now });
    await openAfterRestore(env.ORDERS_00);
    const order = await store(newId());
    const message = about(order.id);
    for (let times = 0; times < 2; times += 1)
      expect(await sendNotification(context, message)).toEqual({ ok: true, value: "held" });
    expect(await decide(message, "send")).toEqual({ ok: false, rejection: { code: "not_found" } });
    expect(await statusOf(message), "it stays held").toBe("held");

    await env.ORDERS_00.prepare(
      `INSERT INTO shipments (order_id, id, fulfillment_id, location_id, carrier, tracking_number, shipped_at, lines)
       VALUES (?1, ?2, 'ful_1', 'newark', 'UPS', '1Z9', ?3, ?4)`,
    )
      .bind(order.id, shipmentId, now, JSON.stringify([{ lineId: order.lines[0]!.id, quantity: 1 }]))
      .run();
    expect(await decide(message, "send")).toEqual({ ok: true, value: null });
    expect(sent.map(({ id }) => id)).toEqual([message.notificationId]);
    expect(await statusOf(message)).toBe("sent");
    expect(await decide(message, "skip")).toEqual({
      ok: false,
      rejection: { code: "notification_not_held" },
    });
  });

  it("is held if its order was lost, and skipped by a person without it", async () => {
    sent.length = 0;
    const message = about(newId(), "order_received");
    expect(await sendNotification(context, message)).toEqual({ ok: true, value: "held" });
    expect(await decide(message, "send")).toEqual({ ok: false, rejection: { code: "not_found" } });
    expect(await decide(message, "skip")).toEqual({ ok: true, value: null });
    expect(await statusOf(message)).toBe("skipped");
    expect(await sendNotification(context, message)).toEqual({ ok: true, value: "skipped" });
    expect(sent).toEqual([]);
  });
});

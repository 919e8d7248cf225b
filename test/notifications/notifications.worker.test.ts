/** Notifications: sent once, stored with their status, listed for staff and shown in development. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createResendNotifier } from "../../src/notifications/senders/resend";
import { notifications } from "../../src/notifications/module";
import { insertOutboxRow } from "../../src/platform/outbox/outbox-rows";
import type { Deadline } from "../../src/platform/jobs/deadlines";
import { sendNotification } from "../../src/notifications/send-notification";
import type { AppContext } from "../../src/modules";
import { derivedId, orderIdOf, type OrderId } from "../../src/kernel/ids";
import type { NotificationKind } from "../../src/notifications/domain/notifications";
import type { NotificationToSend } from "../../src/notifications/domain/notifications";
import type { Order } from "../../src/orders/domain/order";
import { statusUrl } from "../../src/orders/domain/status-link";
import { createApp } from "../../src/platform/http/app";
import { createContext } from "../../src/app-context";
import {
  findNotification,
  latestNotifications,
  storeNotification,
  notificationsOfOrder,
} from "../../src/notifications/storage/notifications";
import { aLine, anOrder, NOON } from "../support/an-order";
import { callerWith, fetchWorker, unique } from "../support/api";
import { textOfStored } from "../../src/notifications/text-of-stored";
import { documented, fetchUnchecked } from "../support/documented";
import { storeOrder } from "../support/store-order";
import type { Env } from "../../src/env";
import { routes } from "../../src/modules";

const contextWith = (over: Partial<AppContext> = {}): AppContext => ({
  ...createContext(env, createExecutionContext(), "test"),
  ...over,
});

function newOrder(over: Partial<Order> = {}): Promise<Order> {
  const externalId = unique("order");
  return storeOrder(anOrder({ id: orderIdOf("web", externalId), externalId, ...over }));
}

const about = (orderId: OrderId, kind: NotificationKind = "order_received"): NotificationToSend => ({
  type: "notification.send.v1",
  notificationId: derivedId("ntf", orderId, kind, ""),
  orderId,
  kind,
  shipmentId: null,
});

/** Resend with these answers in turn, the last of them repeated. */
function resendAnswering(...statuses: number[]) {
  const sent: { key: string | null; body: string }[] = [];
  const notifier = createResendNotifier({
    apiKey: "re_123",
    fetch: async (_input, init) => {
      const status = statuses[Math.min(sent.length, statuses.length - 1)]!;
      const request = new Request("https://api.resend.com/emails", init);
      sent.push({ key: request.headers.get("idempotency-key"), body: await request.text() });
      const body = status === 200 ? { id: "re_1" } : { statusCode: status, name: "fault", message: "no" };
      return Response.json(body, { status });
    },
  });
  return { context: contextWith({ notifier }), sent };
}

describe("sendNotification", () => {
  it("stores what it sends, with the customer's link in it", async () => {
    const { id } = await newOrder();
    expect(await sendNotification(contextWith(), about(id))).toEqual({ ok: true, value: "sent" });
    const [message] = (await notificationsOfOrder(env.ORDERS_00, id))!;
    expect(message).toMatchObject({
      kind: "order_received",
      recipient: "ada@example.com",
      facts: { number: "#1001", lines: [[1, "Mug", 2400]] },
      template: { language: "en", version: 1 },
      status: "sent",
      attempts: 1,
      problem: null,
      provider: "mail_preview",
    });
    const { subject, text } = textOfStored(contextWith().config, message!)!;
    expect(subject).toBe("We have your order #1001");
    expect(text).toContain(statusUrl("https://aftercart.test", id, env.LINK_SIGNING_KEY));
    expect(message!.sentAt).toBeGreaterThan(0);
  });

  it("sends a notification once, though its message is delivered several times", async () => {
    const { id } = await newOrder();
    const { context, sent } = resendAnswering(200);
    for (let i = 0; i < 3; i += 1) {
      expect(await sendNotification(context, about(id))).toEqual({ ok: true, value: "sent" });
    }
    expect(sent).toHaveLength(1);
    expect((await findNotification(env.ORDERS_00, about(id)))!.attempts).toBe(1);
  });

  it("sends the same text with the same idempotency key when deliveries are concurrent", async () => {
    const { id } = await newOrder();
    const { context, sent } = resendAnswering(200);
    await Promise.all(Array.from({ length: 10 }, () => sendNotification(context, about(id))));
    expect(new Set(sent.map(({ key }) => key))).toEqual(new Set([about(id).notificationId]));
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    expect(await notificationsOfOrder(env.ORDERS_00, id)).toHaveLength(1);
  });

  it("sends the same text again after the provider was unavailable, though the order has changed", async () => {
    const { id } = await newOrder();
    const { context, sent } = resendAnswering(503, 200);
    expect(await sendNotification(context, about(id))).toEqual({
      ok: false,
      rejection: { code: "retry", detail: "503 fault no" },
    });
    expect(await findNotification(env.ORDERS_00, about(id))).toMatchObject({
      status: "pending",
      attempts: 1,
      problem: "503 fault no",
    });
    await env.ORDERS_00.prepare("UPDATE orders SET number = '#9' WHERE id = ?1").bind(id).run();

    expect(await sendNotification(context, about(id))).toEqual({ ok: true, value: "sent" });
    expect(sent[1]).toEqual(sent[0]);
    expect(await findNotification(env.ORDERS_00, about(id))).toMatchObject({
      status: "sent",
      attempts: 2,
      problem: null,
      providerId: "re_1",
    });
  });

  it("is sent to the address as it was corrected, if an earlier attempt failed, and stays so", async () => {
    const { id } = await newOrder();
    const { context, sent } = resendAnswering(503, 200);
    await sendNotification(context, about(id));
    const setEmail = (email: string | null) =>
      env.ORDERS_00.prepare("UPDATE orders SET email = ?2 WHERE id = ?1").bind(id, email).run();
    await setEmail("ada@corrected.example");
    expect(await sendNotification(context, about(id))).toEqual({ ok: true, value: "sent" });
    const [first, second] = sent.map(({ body }) => JSON.parse(body) as { to: string[]; text: string });
    expect(second).toEqual({ ...first, to: ["ada@corrected.example"] });
    await setEmail(null);
    expect(await sendNotification(context, about(id))).toEqual({ ok: true, value: "sent" });
    expect(sent).toHaveLength(2);
    expect(await findNotification(env.ORDERS_00, about(id))).toMatchObject({
      recipient: "ada@corrected.example",
    });
  });

  it.each(["", "ada@example.com, eve@example.com", null])(
    "is sent to the address it was made with if the order's became %j",
    async (email) => {
      const { id } = await newOrder();
      const { context, sent } = resendAnswering(503, 200);
      await sendNotification(context, about(id));
      await env.ORDERS_00.prepare("UPDATE orders SET email = ?2 WHERE id = ?1").bind(id, email).run();
      await sendNotification(context, about(id));
      expect(sent[1]).toEqual(sent[0]);
    },
  );

  it("is written in the language of the order, or in English, whoever causes it", async () => {
    const { id } = await newOrder({ locale: "nl-BE" });
    await sendNotification({ ...contextWith(), actor: "staff" }, about(id));
    await env.ORDERS_00.prepare("UPDATE orders SET locale = 'xx' WHERE id = ?1").bind(id).run();
    expect(await findNotification(env.ORDERS_00, about(id))).toMatchObject({ template: { language: "en" } });
  });

  it("does not retry what the provider rejects", async () => {
    const { id } = await newOrder();
    const { context, sent } = resendAnswering(422);
    expect(await sendNotification(context, about(id))).toEqual({ ok: true, value: "failed" });
    expect(await sendNotification(context, about(id))).toEqual({ ok: true, value: "failed" });
    expect(sent).toHaveLength(1);
    expect(await findNotification(env.ORDERS_00, about(id))).toMatchObject({
      problem: "422 fault no",
    });
  });

  it.each<Readonly<{ problem: string; kind: NotificationKind; over: Partial<Order> }>>([
    { problem: "no email address", kind: "order_received", over: { email: null } },
    {
      problem: "the order has been cancelled since",
      kind: "order_received",
      over: { status: "cancelled", lines: [aLine("Mug", { cancelled: 1 })] },
    },
    { problem: "no line waits for stock any more", kind: "order_backordered", over: {} },
  ])("skips the notification and stores the reason: $problem", async ({ problem, kind, over }) => {
    const { id } = await newOrder(over);
    const { context, sent } = resendAnswering(200);
    expect(await sendNotification(context, about(id, kind))).toEqual({ ok: true, value: "skipped" });
    expect(sent).toEqual([]);
    expect(await notificationsOfOrder(env.ORDERS_00, id)).toMatchObject([{ status: "skipped", problem }]);
  });

  it("reads for good as it was sent, though the order has changed and lost its customer's name", async () => {
    const { id } = await newOrder();
    const { context, sent } = resendAnswering(200);
    await sendNotification(context, about(id));
    await env.ORDERS_00.batch(
      [
        "UPDATE orders SET number = '#9', customer_name = NULL, email = NULL WHERE id = ?1",
        "UPDATE order_lines SET title = 'Renamed', gross_minor = 1 WHERE order_id = ?1",
      ].map((sql) => env.ORDERS_00.prepare(sql).bind(id)),
    );
    const get = await callerWith("orders:read");
    const { body } = await get("GET", `/v1/orders/${id}/notifications`);
    const mail = JSON.parse(sent[0]!.body) as { to: string[]; subject: string; text: string };
    expect(body["items"]).toMatchObject([
      { recipient: mail.to[0], subject: mail.subject, text: mail.text, language: "en", templateVersion: 1 },
    ]);
    expect(mail.text).toContain("Hello Ada Lovelace,");
  });

  it("is not sent by a release that does not have its template, and is listed without its text", async () => {
    const { id } = await newOrder();
    const { context, sent } = resendAnswering(503, 200);
    await sendNotification(context, about(id));
    await env.ORDERS_00.prepare("UPDATE notifications SET template = 1000 WHERE order_id = ?1")
      .bind(id)
      .run();
    expect(await sendNotification(context, about(id))).toMatchObject({
      ok: false,
      rejection: { code: "retry", detail: "a newer release has its template" },
    });
    expect(sent).toHaveLength(1);
    const get = await callerWith("orders:read");
    expect((await get("GET", `/v1/orders/${id}/notifications`)).body).toMatchObject({
      items: [{ status: "pending", templateVersion: 1000, text: expect.stringContaining("A newer release") }],
    });
  });

  it("is reported with the provider's reason while its message waits", async () => {
    const { id } = await newOrder();
    const { context } = resendAnswering(503);
    await sendNotification(context, about(id));
    const key = `${id}/1`;
    await insertOutboxRow(env.ORDERS_00, { id: key, createdAt: 0, messages: [about(id)] });
    const [{ query }] = notifications.deadlines as [Deadline];
    const late = async () =>
      (await env.ORDERS_00.prepare(query).bind(0, Date.now(), 100).all<{ id: string }>()).results.filter(
        (row) => row.id === `${key}/0`,
      );
    expect(await late()).toMatchObject([{ detail: "order_received: 503 fault no" }]);
    await sendNotification(contextWith(), about(id));
    expect(await late()).toEqual([]);
    await env.ORDERS_00.prepare("DELETE FROM outbox WHERE id = ?1").bind(key).run();
  });

  it("requests a retry if the order does not exist yet", async () => {
    const message = about(orderIdOf("web", "not yet"));
    expect(await sendNotification(contextWith(), message)).toMatchObject({
      ok: false,
      rejection: { code: "retry" },
    });
    expect(await findNotification(env.ORDERS_00, message)).toBeNull();
  });
});

describe("GET /v1/orders/{id}/notifications", () => {
  it("lists the notifications of an order, oldest first", async () => {
    const { id } = await newOrder({ lines: [aLine("Mug", { backordered: 1 })] });
    await sendNotification(contextWith({ now: () => NOON }), about(id));
    await sendNotification(contextWith({ now: () => NOON + 1 }), about(id, "order_backordered"));
    const get = await callerWith("orders:read");
    const { status, body } = await get("GET", `/v1/orders/${id}/notifications`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [
        { kind: "order_received", status: "sent", createdAt: "2026-11-22T12:00:00.000Z" },
        { kind: "order_backordered", status: "sent", createdAt: "2026-11-22T12:00:00.001Z" },
      ],
    });
  });

  it("is empty for an order without notifications, and 404 for an unknown order", async () => {
    const { id } = await newOrder();
    const get = await callerWith("orders:read");
    expect(await get("GET", `/v1/orders/${id}/notifications`)).toMatchObject({
      status: 200,
      body: { items: [] },
    });
    for (const other of [orderIdOf("web", "nobody's"), "1001"]) {
      expect((await get("GET", `/v1/orders/${other}/notifications`)).status).toBe(404);
    }
  });

  it("requires the scope orders:read", async () => {
    const { id } = await newOrder();
    const get = await callerWith("stock:read");
    expect((await get("GET", `/v1/orders/${id}/notifications`)).status).toBe(403);
  });
});

describe("/mail-preview", () => {
  it("shows all notifications newest first, over several pages", async () => {
    const later = Date.UTC(2030, 0, 1);
    const { id: orderId } = await newOrder();
    for (let i = 0; i < 25; i += 1) {
      await storeNotification(env.ORDERS_00, {
        orderId,
        kind: "order_delivered",
        shipmentId: `shp_${unique("s").replaceAll(/\W/g, "")}`,
        recipient: "ada@example.com",
        facts: {
          number: String(i).padStart(2, "0"),
          shop: "<script>alert(1)</script>",
          lines: [[1, "<script>alert(1)</script>"]],
        },
        template: { language: "en", version: 1 },
        status: "pending",
        isPreviewed: true,
        problem: null,
        createdAt: later + Math.floor(i / 2),
      });
    }
    const first = await (await fetchWorker("/mail-preview")).text();
    expect(first).not.toContain("<script");
    const next = /href="(\/mail-preview\?cursor=[^"]+)"/.exec(first)![1]!;
    const second = await (await fetchWorker(next)).text();
    const shown = [...(first + second).matchAll(/your order (\d\d)</g)].map((match) => Number(match[1]));
    expect(shown.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    const times = shown.map((i) => Math.floor(i / 2));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it("rejects the cursor of another list", async () => {
    expect((await fetchWorker("/mail-preview?cursor=abc")).status).toBe(422);
  });

  it("does not exist in production", async () => {
    const app = createApp((bindings: Env, execution, actor) => {
      const context = createContext(bindings, execution, actor);
      return { ...context, config: { ...context.config, environment: "production" } };
    }, routes);
    const fetchApp = documented(
      async (sent) => app.fetch(sent, env, createExecutionContext()),
      fetchUnchecked,
    );
    const response = await fetchApp(new Request("https://aftercart.test/mail-preview"));
    expect(response.status).toBe(404);
  });
});

it("reads lists of notifications by index", async () => {
  const plans: string[] = [];
  const explaining = new Proxy(env.ORDERS_00, {
    get: (target, name) => {
      if (name === "batch") return () => Promise.resolve([{ results: [1] }, { results: [] }]);
      return (sql: string) => {
        plans.push(sql);
        return target.prepare(sql);
      };
    },
  });
  await latestNotifications(explaining, null, 20);
  await notificationsOfOrder(explaining, orderIdOf("web", "any"));
  expect(plans).toHaveLength(3);
  for (const sql of plans) {
    const count = new Set(sql.match(/\?\d/g)).size;
    const values = Array.from({ length: count }, () => 1);
    const { results } = await env.ORDERS_00.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all<{ detail: string }>();
    const details = results.map(({ detail }) => detail).join("; ");
    expect(details).toMatch(/SEARCH/);
    expect(details).not.toMatch(/SCAN|TEMP B-TREE/);
  }
});

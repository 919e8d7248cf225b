/** The mail preview: all notifications as a page. Not in production, because it shows personal data. */
import { MailPreviewPage } from "../pages/mail-preview";
import {
  latestNotifications,
  type NotificationCursor,
  type StoredNotification,
} from "../storage/notifications";
import { notificationIdOf } from "../domain/notifications";
import { shownTextOfStored } from "../text-of-stored";
import type { App } from "../../platform/http/app-types";
import type { NotificationsContext } from "../context";
import { problem } from "../../platform/http/problem";
import { decodeCursor, toPage } from "../../platform/http/schemas";

const PAGE_SIZE = 20;

/** Adds `/mail-preview`, newest first; `?cursor=` for older notifications. */
export function registerMailPreview(app: App<NotificationsContext>): void {
  app.get("/mail-preview", async (c) => {
    const { config, databases } = c.var.context;
    if (config.environment === "production") return problem(c, { code: "not_found" });

    const cursor = c.req.query("cursor");
    const after = cursor === undefined ? null : keyOfCursor(cursor);
    if (after === undefined) {
      const errors = [{ path: "cursor", message: "is not a cursor of this list" }];
      return problem(c, { code: "invalid_request", in: "query", errors });
    }
    const lists = await Promise.all(
      databases.allOrders.map((database) => latestNotifications(database, after, PAGE_SIZE + 1)),
    );
    const rows = lists
      .flat()
      .toSorted((a, b) => b.createdAt - a.createdAt || (keyOf(a) > keyOf(b) ? -1 : 1))
      .slice(0, PAGE_SIZE + 1);
    const { items, nextCursor } = toPage(rows, PAGE_SIZE, keyOf, (notification) => notification);
    const shown = items.map((item) => ({
      ...item,
      ...shownTextOfStored(config, item),
      id: notificationIdOf(item.orderId, item.kind, item.shipmentId),
    }));
    c.header("cache-control", "no-store");
    return c.html(MailPreviewPage({ notifications: shown, nextCursor }));
  });
}

const keyOf = ({ createdAt, orderId, kind, shipmentId }: StoredNotification): string =>
  `${createdAt} ${orderId} ${kind} ${shipmentId ?? ""}`;

function keyOfCursor(cursor: string): NotificationCursor | undefined {
  const key = /^(\d{1,15}) (ord_\w+) (\w+) (\w*)$/.exec(decodeCursor(cursor) ?? "");
  const [, createdAt, orderId = "", kind = "", shipmentId = ""] = key ?? [];
  return createdAt === undefined ? undefined : { createdAt: Number(createdAt), orderId, kind, shipmentId };
}

/** The outbox of messages as a page. It shows everybody's mail, so production has no such page. */
import { MailPreviewPage } from "../pages/mail-preview";
import {
  latestNotifications,
  type NotificationCursor,
  type StoredNotification,
} from "../storage/notifications";
import type { App } from "../../platform/http/app-types";
import type { NotificationsContext } from "../context";
import { problem } from "../../platform/http/problem";
import { decodeCursor, toPage } from "../../platform/http/schemas";

const PAGE_SIZE = 20;

/** Adds `/outbox`, newest first, `?cursor=` for what is older; not found in production. */
export function registerMailPreview(app: App<NotificationsContext>): void {
  app.get("/outbox", async (c) => {
    const { config, databases } = c.var.context;
    if (config.environment === "production") return problem(c, { code: "not_found" });

    const cursor = c.req.query("cursor");
    const after = cursor === undefined ? null : placeOf(cursor);
    if (after === undefined) {
      const errors = [{ path: "cursor", message: "is not from this list" }];
      return problem(c, { code: "invalid_request", in: "query", errors });
    }
    const lists = await Promise.all(
      databases.allOrders.map((database) => latestNotifications(database, after, PAGE_SIZE + 1)),
    );
    const rows = lists
      .flat()
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id > b.id ? -1 : 1))
      .slice(0, PAGE_SIZE + 1);
    const { items, nextCursor } = toPage(rows, PAGE_SIZE, keyOf, (message) => message);
    c.header("cache-control", "no-store");
    return c.html(MailPreviewPage({ messages: items, nextCursor }));
  });
}

const keyOf = ({ createdAt, id }: StoredNotification): string => `${createdAt} ${id}`;

function placeOf(cursor: string): NotificationCursor | undefined {
  const [, createdAt, id] = /^(\d{1,15}) (ntf_\w+)$/.exec(decodeCursor(cursor) ?? "") ?? [];
  return createdAt === undefined || id === undefined ? undefined : { createdAt: Number(createdAt), id };
}

/** Routes of dead letters for administrators: list and replay. */
import { createRoute, z } from "@hono/zod-openapi";
import { replayDeadLetter } from "./replay-dead-letter";
import { deadLetters, type DeadLetter } from "./dead-letter-rows";
import type { App } from "../http/app-types";
import { requireScope } from "../auth/require-scope";
import { withKey } from "../http/openapi";
import { problem, problems } from "../http/problem";
import { QUEUES } from "../queues/queue-message";
import { Instant, instantOf, jsonAnswer, PageQuery, pageOf, toPage } from "../http/schemas";

const Letter = z
  .object({
    id: z.string(),
    queue: z.enum(QUEUES),
    message: z.looseObject({ type: z.string() }),
    problem: z.string().nullable(),
    diedAt: Instant,
    replayedAt: Instant.nullable(),
    replays: z.int(),
  })
  .openapi("DeadLetter");

const list = createRoute({
  method: "get",
  path: "/v1/dead-letters",
  operationId: "listDeadLetters",
  summary: "List dead letters",
  description: "Newest first: letters that were not replayed, or `all`. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { query: PageQuery.extend({ show: z.enum(["open", "all"]).default("open") }) },
  responses: { 200: jsonAnswer(pageOf("DeadLetterPage", Letter), "A page of dead letters."), ...problems() },
});

const replay = createRoute({
  method: "post",
  path: "/v1/dead-letters/{deadLetterId}/replay",
  operationId: "replayDeadLetter",
  summary: "Replay a dead letter",
  description: "Sends the message to its queue again. Every consumer handles a repeat. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { params: z.object({ deadLetterId: z.string() }) },
  responses: { 200: jsonAnswer(Letter, "The message was sent again."), ...problems("not_found") },
});

export function registerDeadLetters(app: App): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, show } = c.req.valid("query");
    const [diedAt, id = ""] = cursor.split(" ");
    const after = cursor === "" ? null : { diedAt: Number(diedAt), id };
    const db = c.var.context.databases.primary;
    const rows = await deadLetters(db, { openOnly: show === "open", after, limit: limit + 1 });
    return c.json(
      toPage(rows, limit, (row) => `${row.diedAt} ${row.id}`, letterJson),
      200,
    );
  });

  app.openapi(replay, async (c) => {
    const replayed = await replayDeadLetter(c.var.context, c.req.valid("param").deadLetterId);
    return replayed.ok ? c.json(letterJson(replayed.value), 200) : problem(c, replayed.rejection);
  });
}

const letterJson = ({ diedAt, replayedAt, ...letter }: DeadLetter) => ({
  ...letter,
  diedAt: instantOf(diedAt),
  replayedAt: replayedAt === null ? null : instantOf(replayedAt),
});

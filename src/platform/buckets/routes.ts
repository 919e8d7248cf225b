/** Routes of buckets for administrators: where each is, moving one to another orders database, and undoing that. */
import { createRoute, z } from "@hono/zod-openapi";
import { BUCKETS } from "../../kernel/buckets";
import { requireScope } from "../auth/require-scope";
import { bucketPlaces, FIRST_DATABASE } from "../d1/order-buckets";
import type { App } from "../http/app-types";
import { withKey } from "../http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../http/problem";
import { jsonAnswer, jsonBody } from "../http/schemas";
import { jobRunJson, JobRunSchema } from "../jobs/routes";
import { startBucketMove, undoBucketMove } from "./move-bucket";

const BucketPath = z.object({
  bucket: z
    .string()
    .regex(/^(?:\d|[1-5]\d|6[0-3])$/, `is not a whole number from 0 to ${BUCKETS - 1}`)
    .openapi({ description: `From 0 to ${BUCKETS - 1}.`, example: "12" }),
});

const DatabaseName = z.templateLiteral(["ORDERS_", z.string().regex(/^\d\d$/)]).openapi({
  type: "string",
  pattern: "^ORDERS_\\d\\d$",
  example: "ORDERS_01",
});

const Bucket = z
  .object({
    bucket: z.int(),
    database: z.string().openapi({ description: "The binding's name." }),
    movingTo: z
      .string()
      .nullable()
      .openapi({ description: "While this is not null, changes of the bucket's orders wait." }),
  })
  .openapi("Bucket");

const list = createRoute({
  method: "get",
  path: "/v1/buckets",
  operationId: "listBuckets",
  summary: "List where the buckets of orders are",
  description: "An order's id names its bucket; each of the 64 is in one orders database. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  responses: {
    200: jsonAnswer(z.object({ items: z.array(Bucket) }).openapi("Buckets"), "All buckets."),
    ...problems(),
  },
});

const move = createRoute({
  method: "post",
  path: "/v1/buckets/{bucket}/moves",
  operationId: "moveBucket",
  summary: "Move a bucket of orders to another database",
  description:
    "Its rows are copied while orders come in. While both sides are compared, its orders wait in the intake queue, and other changes get 503. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: {
    params: BucketPath,
    body: jsonBody(z.strictObject({ to: DatabaseName }).openapi("BucketMove")),
  },
  responses: {
    202: jsonAnswer(JobRunSchema, "The run that moves it."),
    ...problems(...BODY_PROBLEMS, "bucket_there", "database_unknown", "job_running"),
  },
});

const undo = createRoute({
  method: "post",
  path: "/v1/buckets/{bucket}/moves/undo",
  operationId: "undoBucketMove",
  summary: "Undo the move of a bucket",
  description:
    "Ends the move, opens the bucket where it was, and deletes the copies. Not possible any more once `GET /v1/buckets` names the new database: then move it back. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { params: BucketPath },
  responses: {
    202: jsonAnswer(JobRunSchema, "The run that undoes it."),
    ...problems("invalid_request", "bucket_not_moving", "bucket_there", "job_running"),
  },
});

export function registerBuckets(app: App): void {
  app.openapi(list, async (c) => {
    const places = await bucketPlaces(c.var.context.databases.primary);
    const items = Array.from({ length: BUCKETS }, (_, bucket) => {
      const { database, movingTo } = places.get(bucket) ?? { database: FIRST_DATABASE, movingTo: null };
      return { bucket, database, movingTo };
    });
    return c.json({ items }, 200);
  });

  app.openapi(move, async (c) => {
    const { to } = c.req.valid("json");
    const started = await startBucketMove(c.var.context, Number(c.req.valid("param").bucket), to);
    return started.ok ? c.json(jobRunJson(started.value), 202) : problem(c, started.rejection);
  });

  app.openapi(undo, async (c) => {
    const started = await undoBucketMove(c.var.context, Number(c.req.valid("param").bucket));
    return started.ok ? c.json(jobRunJson(started.value), 202) : problem(c, started.rejection);
  });
}

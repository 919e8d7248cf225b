/** The health check: the database answers. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "./app-types";
import { limitPublic } from "./limits";
import { publicProblems } from "./problem";
import { jsonAnswer } from "./schemas";
import { databaseAnswers } from "../d1/database-health";

const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  summary: "Check the system's health",
  description: "Whether the database answers within a second; the result may be five seconds old.",
  tags: ["Operations"],
  security: [],
  middleware: [limitPublic] as const,
  responses: {
    200: jsonAnswer(z.object({ status: z.literal("ok") }).openapi("Health"), "The database answers."),
    ...publicProblems(),
  },
});

export function registerHealth(app: App): void {
  app.openapi(health, async (c) => {
    const { databases, now } = c.var.context;
    await databaseAnswers(databases.primary, now());
    return c.json({ status: "ok" } as const, 200);
  });
}

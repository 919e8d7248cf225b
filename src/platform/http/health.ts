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
  description: "Queries the database.",
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
    await databaseAnswers(c.var.context.databases.primary);
    return c.json({ status: "ok" } as const, 200);
  });
}

/** The nightly job that begins another pass of each request that is not done. */
import type { Job } from "../platform/jobs/job";
import type { PrivacyContext } from "./context";
import { startPass } from "./request-data";
import { openRequests, type DueCursor } from "./storage/privacy-requests";

const REQUESTS_A_PART = 20;

type Cursor = Readonly<{ after: DueCursor | null }>;

export const repeatRequestsJob: Job<PrivacyContext, unknown, Cursor> = {
  name: "privacy-requests",
  schedule: "nightly",
  step: async (context, { cursor, progress, hasBudget }) => {
    let [after, requests] = [cursor?.after ?? null, progress["requests"] ?? 0];
    do {
      const open = await openRequests(context.databases.primary, after, REQUESTS_A_PART);
      for (const request of open) await startPass(context, request);
      requests += open.length;
      const isDone = open.length < REQUESTS_A_PART;
      const last = open.at(-1);
      if (last !== undefined) after = { dueAt: last.dueAt, id: last.id };
      if (isDone) return { cursor: { after }, isDone, progress: { requests } };
    } while (hasBudget());
    return { cursor: { after }, isDone: false, progress: { requests } };
  },
};

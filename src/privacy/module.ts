/**
 * Privacy: erases and exports the data of a customer in a channel, by email, telephone or the storefront's order ids. Orders
 * are erased when they have ended; those that have not are named, and are tried again every night. What other modules keep
 * about a customer they register (`platform/personal-data.ts`).
 * Tables: privacy_requests, privacy_orders. In R2: exports/.
 */
import type { Module } from "../platform/module";
import type { PrivacyContext } from "./context";
import { registerPrivacy } from "./http/privacy";
import { repeatRequestsJob } from "./repeat-requests";
import { deleteParts } from "./storage/export-documents";
import { deleteRequests, exportsBefore, forgetParts } from "./storage/privacy-requests";

const DAY_MS = 86_400_000;
/** R2 calls of one part of the clean-up. */
const EXPORTS_AT_ONCE = 20;

export const privacy: Module<PrivacyContext> = {
  routes: registerPrivacy,
  jobs: [repeatRequestsJob],
  retention: [
    {
      name: "exports",
      tables: [],
      keptMs: 30 * DAY_MS,
      deleteBefore: async ({ databases, archive }, before, limit) => {
        const most = Math.min(limit, EXPORTS_AT_ONCE);
        const old = await exportsBefore(databases.primary, before, most);
        for (const { id, parts } of old) await deleteParts(archive, id, parts);
        if (old.length > 0)
          await forgetParts(
            databases.primary,
            old.map(({ id }) => id),
          );
        // The caller asks again as long as the limit is reached.
        return old.length < most ? old.length : limit;
      },
    },
    {
      // That a request was done may have to be proved.
      name: "privacyRequests",
      tables: ["primary.privacy_requests", "primary.privacy_orders"],
      keptMs: 3 * 365 * DAY_MS,
      deleteBefore: ({ databases }, before, limit) => deleteRequests(databases.primary, before, limit),
    },
  ],
  deadlines: [
    {
      what: "personal data not erased",
      of: "primary",
      within: "late",
      query: `SELECT id, due_at AS since, waiting || ' orders or texts wait' AS detail FROM privacy_requests
        WHERE status <> 'done' AND due_at BETWEEN ?1 AND ?2 ORDER BY due_at LIMIT ?3`,
    },
    {
      what: "data request not answered",
      of: "primary",
      within: "late",
      query: `SELECT id, done_at AS since, 'the document is ready for ' || channel_id AS detail FROM privacy_requests
        WHERE kind = 'export' AND requested_by GLOB 'channel:*' AND answered_at IS NULL AND done_at IS NOT NULL
          AND done_at BETWEEN ?1 AND ?2 ORDER BY done_at LIMIT ?3`,
    },
  ],
};

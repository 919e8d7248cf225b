/**
 * Recovery: what is done after a database was restored to an earlier minute. Objects, storefronts and the other databases are
 * ahead of it then. The job `recover` compares, brings forward what it can, and names the rest; it frees nothing and sends
 * nothing by itself.
 * Table: recovery_findings.
 */
import type { Module } from "../platform/module";
import type { RecoveryContext } from "./context";
import { registerRecoveries } from "./http/recoveries";
import { deleteDecidedFindings } from "./storage/findings";

const DAY_MS = 86_400_000;

export const recovery: Module<RecoveryContext> = {
  routes: registerRecoveries,
  retention: [
    {
      name: "recoveryFindings",
      tables: ["primary.recovery_findings"],
      keptMs: 400 * DAY_MS,
      deleteBefore: ({ databases }, before, limit) => deleteDecidedFindings(databases.primary, before, limit),
    },
  ],
  deadlines: [
    {
      what: "found after a restore",
      of: "primary",
      within: "ever",
      query: `SELECT subject AS id, found_at AS since, kind || ': ' || detail AS detail FROM recovery_findings
        WHERE decided_at IS NULL AND found_at BETWEEN ?1 AND ?2 ORDER BY kind, id LIMIT ?3`,
    },
  ],
};

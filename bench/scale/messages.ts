/** What the scale benchmark and its Worker send each other. */
import type { StoredRun } from "../../src/platform/jobs/job-runs";

/** The stock of one SKU with the lines that hold units at its first site. */
export type SkuContent = Readonly<{
  sku: string;
  unitCostMinor: number;
  siteIds: readonly string[];
  unitsASite: number;
  at: number;
  /** Line, order, and when it was placed. Each holds one unit. */
  lines: readonly (readonly [lineId: string, orderId: string, placedAt: number])[];
}>;

/** A line of a template, whose order is gone. */
export type TemplateLine = Readonly<{ sku: string; lineId: string }>;

/** A run as it was when the driver stopped. */
export type Driven = Readonly<{
  status: StoredRun["status"];
  problem: string | null;
  steps: number;
  performed: number;
  progress: Readonly<Record<string, number>>;
  mostQueries: number;
  mostObjectCalls: number;
}>;

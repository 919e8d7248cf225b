/** The context of reconciliation: that of the modules which it compares, and every module's deadlines. */
import type { ChannelsContext } from "../channels/context";
import type { Deadline } from "../platform/jobs/deadlines";

export type ReconciliationContext = ChannelsContext & Readonly<{ deadlines: readonly Deadline[] }>;

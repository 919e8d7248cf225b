/** The phase that compares and repairs what storefronts show. */
import { beginRepair, findingsOfRepair, repairChannelStock } from "../channels/repair-channel-stock";
import type { ChannelStockRepair, RepairPlace } from "../channels/repair-channel-stock";
import { checkChannelStock } from "./check-channel-stock";
import { checkDirectory } from "./check-directory";
import { withCheck, type Phase } from "./night";

export type ChannelsPlace = Readonly<{ repair: ChannelStockRepair; next: RepairPlace | null }>;

export const repairChannels: Phase<ChannelsPlace> = async (context, night, at) => {
  const begun = at?.repair ?? beginRepair(context.now());
  const { repair, at: next } = await repairChannelStock(context, begun, at?.next ?? null);
  if (next !== null) return { night, at: { repair, next } };
  const findings = await findingsOfRepair(context, repair);
  return { night: withCheck(night, checkChannelStock(findings, context.now())), at: null };
};

export const compareDirectory: Phase<never> = async (context, night) => ({
  night: withCheck(night, await checkDirectory(context)),
  at: null,
});

/** The context of recoveries: that of all modules whose stores can be restored. */
import type { ChannelsContext } from "../channels/context";
import type { NotificationsContext } from "../notifications/context";

export type RecoveryContext = ChannelsContext & NotificationsContext;

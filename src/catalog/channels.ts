/** What other modules may read and write of channels, with their sealed secrets. */
export {
  channelById,
  channelsAfter,
  channelSecrets,
  forgetChannelTrust,
  putChannel,
  storedConnection,
  type ChannelSecrets,
  type ChannelWithSecretTimes,
  type SecretsAccess,
} from "./storage/channels";
export { cachedReference, forgetReference } from "./storage/reference";

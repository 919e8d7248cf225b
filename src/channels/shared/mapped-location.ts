/** Our location that a storefront's location is, by the channel's map. */
import type { OrderChannel } from "../storefront-api";

/** `theirs`: the storefront's id of the location. Null if there is none, or if the channel does not map it. */
export function mappedLocation({ locationMap = {} }: OrderChannel, theirs: string | null): string | null {
  return theirs !== null && Object.hasOwn(locationMap, theirs) ? locationMap[theirs]! : null;
}

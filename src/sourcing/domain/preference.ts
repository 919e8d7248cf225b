/** The order in which locations are preferred if costs are equal. */
import { coordinatesOf, distanceKm, sameCustomsArea } from "../../kernel/geography";
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import type { Destination } from "./destination";
import { channelRule } from "./serving";

/**
 * Ids of the channel's active locations, best first: those in the destination's customs area, then own stock before a
 * vendor's, then by distance in whole kilometres, by priority, and by id. Customs area and distance do not count if
 * the destination is not known.
 */
export function locationPreference(
  locations: readonly Location[],
  channel: Pick<Channel, "locationIds">,
  destination: Destination | null,
): string[] {
  const to = destination && coordinatesOf(destination);
  const abroad = (location: Location) =>
    destination?.countryCode && !sameCustomsArea(location.address.countryCode, destination.countryCode)
      ? 1
      : 0;
  return locations
    .filter((location) => channelRule(location, channel) === null)
    .map((location) => ({
      id: location.id,
      rank: [
        abroad(location),
        location.kind === "vendor" ? 1 : 0,
        to ? Math.round(distanceKm(location, to)) : 0,
        location.priority,
      ],
    }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((value, i) => value !== b[i]);
  return first === -1 ? 0 : a[first]! - b[first]!;
}

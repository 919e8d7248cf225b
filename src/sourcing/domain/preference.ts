/**
 * In which order locations are preferred where cost does not decide: across no border, our own stock before a
 * vendor's, the shorter way, then as the retailer ranks them.
 */
import { coordinatesOf, distanceKm, sameCustomsArea } from "../../kernel/geography";
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import type { Destination } from "./destination";
import { channelRule } from "./serving";

/**
 * The ids of the locations that may serve the channel, best first: in the destination's customs area, own
 * before a vendor's, by distance to the kilometre, by priority, by id. Where the destination is not known,
 * the first and the third do not decide.
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

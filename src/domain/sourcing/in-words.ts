/** A sourcing decision's reasons in words, for staff. */
import type { Exclusion, ExclusionRule } from "./eligibility";

const WORDS: Readonly<Record<ExclusionRule, string>> = {
  location_inactive: "is not active",
  not_of_channel: "does not serve the channel",
  pickup_elsewhere: "is not where the customer fetches it",
  pickup_not_offered: "hands over no orders",
  channel_country: "is asked to send to a country that the channel does not sell to",
  location_country: "does not send to the country",
  ships_no_orders: "sends no parcels",
  capacity_reached: "has no capacity left today",
  no_service: "has no carrier's service that goes there",
  hazardous: "does not accept hazardous goods",
  oversize: "does not accept oversize goods",
  not_stocked: "has nothing of it",
};

export const exclusionInWords = ({ locationId, rule, sku }: Exclusion): string =>
  `${locationId} ${WORDS[rule]}${sku === undefined ? "" : ` (${sku})`}`;

/** Why nobody may send it. */
export const inWords = (exclusions: readonly Exclusion[]): string =>
  exclusions.length === 0 ? "there is no location" : exclusions.map(exclusionInWords).join("; ");

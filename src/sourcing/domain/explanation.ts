/** A sourcing decision in words, for staff: what goes from where at what cost, and why not otherwise. */
import { formatMoney, type CurrencyCode } from "../../kernel/money";
import type { OrderRule, SourcedParcel, SourcingDecision, Exclusion, ExclusionRule } from "./decision";
import { costOf } from "./source-order";

const EXCLUSIONS: Readonly<Record<ExclusionRule, string>> = {
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

const RULES: Readonly<Record<OrderRule, string>> = {
  max_parcels: "The channel allows no more parcels.",
  whole_under: "An order of so little worth is sent in one parcel.",
  ship_complete: "It leaves as a whole, and not all of it can.",
};

export const explainExclusion = ({ locationId, rule, sku }: Exclusion): string =>
  `${locationId} ${EXCLUSIONS[rule]}${sku === undefined ? "" : ` (${sku})`}`;

/** It is said of each line, and kept with the order: nobody reads why each of five hundred stores may not. */
const MAX_PUSHED = 10;
/** Of locations that nobody would look for it at. */
const LAST_TOLD: readonly ExclusionRule[] = ["location_inactive", "not_of_channel", "pickup_elsewhere"];

/** Why nobody may send it. */
export function explanationOf(exclusions: readonly Exclusion[]): string {
  if (exclusions.length === 0) return "there is no location";
  const isLast = ({ rule }: Exclusion) => Number(LAST_TOLD.includes(rule));
  const told = exclusions
    .toSorted((a, b) => isLast(a) - isLast(b))
    .slice(0, MAX_PUSHED)
    .map(explainExclusion);
  const more = exclusions.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more reasons`] : [])].join("; ");
}

/** One sentence each: the parcels, the whole, what came second, what is kept back, who was left out. */
export function explainDecision(decision: SourcingDecision, currency: CurrencyCode): string[] {
  const money = (amountMinor: number) => `${formatMoney(amountMinor, currency)} ${currency}`;
  const { parcels, costMinor, method, lowerBoundMinor, runnerUp, rule, unsent, exclusions } = decision;
  const whole =
    method === "exact"
      ? `It costs ${money(costMinor)} in all.`
      : `It costs ${money(costMinor)} in all; no plan costs less than ${money(lowerBoundMinor)}.`;
  const second =
    runnerUp &&
    `Next comes ${runnerUp.locationIds.join(" with ")}, for ${money(runnerUp.costMinor - costMinor)} more.`;
  const missing = Object.entries(unsent).map(([sku, quantity]) => `${quantity} of ${sku}`);
  return [
    ...parcels.map((parcel) => explainParcel(parcel, money)),
    ...(parcels.length > 0 ? [whole] : ["No location sends any of it."]),
    ...(second ? [second] : []),
    ...(missing.length > 0 ? [`Not sent: ${missing.join(", ")}.`] : []),
    ...(rule ? [RULES[rule]] : []),
    ...exclusions.map((exclusion) => `${explainExclusion(exclusion)}.`),
  ];
}

function explainParcel(parcel: SourcedParcel, money: (amountMinor: number) => string): string {
  const { locationId, serviceId, units, parcelMinor, handlingMinor, latenessMinor, stockMinor } = parcel;
  const goods = Object.entries(units).map(([sku, quantity]) => `${quantity} of ${sku}`);
  const parts = [
    ["parcel", parcelMinor],
    ["handling", handlingMinor],
    ["lateness", latenessMinor],
    ["stock", stockMinor],
  ] as const;
  const told = parts.filter(([, amount]) => amount !== 0).map(([name, amount]) => `${name} ${money(amount)}`);
  const by = serviceId === null ? "" : ` with ${serviceId}`;
  const cost = told.length > 1 ? `${money(costOf(parcel))} (${told.join(", ")})` : money(costOf(parcel));
  return `${locationId} sends ${goods.join(", ")}${by} for ${cost}.`;
}

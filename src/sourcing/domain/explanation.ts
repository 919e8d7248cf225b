/** A sourcing decision as English sentences for staff: parcels, costs, the next best plan and the exclusions. */
import { formatMoney, type CurrencyCode } from "../../kernel/money";
import type { OrderRule, SourcedParcel, SourcingDecision, Exclusion, ExclusionRule } from "./decision";
import { costOf } from "./source-order";

const EXCLUSIONS: Readonly<Record<ExclusionRule, string>> = {
  location_inactive: "is not active",
  not_of_channel: "does not serve the channel",
  pickup_elsewhere: "is not where the customer collects it",
  pickup_not_offered: "offers no pickup",
  channel_country: "may not ship to a country that the channel does not sell to",
  location_country: "does not ship to the country",
  ships_no_orders: "ships no orders",
  capacity_reached: "has no capacity left today",
  not_chosen_service: "does not send with the customer's choice of delivery",
  no_service: "has no carrier's service to the destination",
  hazardous: "does not accept hazardous goods",
  oversize: "does not accept oversize goods",
  not_stocked: "has no stock of it",
};

const RULES: Readonly<Record<OrderRule, string>> = {
  max_parcels: "The channel allows no more parcels.",
  whole_under: "An order of so low a value ships in one parcel.",
  ship_complete: "It ships complete, and not all of it is available.",
};

export const explainExclusion = ({ locationId, rule, sku }: Exclusion): string =>
  `${locationId} ${EXCLUSIONS[rule]}${sku === undefined ? "" : ` (${sku})`}`;

/** The text is stored with each line of the order, so that it must stay short. */
const MAX_REASONS = 10;
/** Reasons that help staff least. */
const LISTED_LAST: readonly ExclusionRule[] = ["location_inactive", "not_of_channel", "pickup_elsewhere"];

/** Why no location may ship it: the first reasons, and how many more there are. */
export function explanationOf(exclusions: readonly Exclusion[]): string {
  if (exclusions.length === 0) return "there is no location";
  const rank = ({ rule }: Exclusion) => Number(LISTED_LAST.includes(rule));
  const reasons = exclusions
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MAX_REASONS)
    .map(explainExclusion);
  const more = exclusions.length - reasons.length;
  return [...reasons, ...(more > 0 ? [`and ${more} more reasons`] : [])].join("; ");
}

/** Sentences about the parcels, the whole cost, the next best plan, the units kept back, and the exclusions. */
export function explainDecision(decision: SourcingDecision, currency: CurrencyCode): string[] {
  const money = (amountMinor: number) => `${formatMoney(amountMinor, currency)} ${currency}`;
  const { parcels, costMinor, method, lowerBoundMinor, runnerUp, rule, unsent, exclusions } = decision;
  const whole =
    method === "exact"
      ? `It costs ${money(costMinor)} in all.`
      : `It costs ${money(costMinor)} in all; no plan costs less than ${money(lowerBoundMinor)}.`;
  const second =
    runnerUp &&
    `The next best plan is ${runnerUp.locationIds.join(" with ")}, for ${money(runnerUp.costMinor - costMinor)} more.`;
  const missing = Object.entries(unsent).map(([sku, quantity]) => `${quantity} of ${sku}`);
  return [
    ...parcels.map((parcel) => explainParcel(parcel, money)),
    ...(parcels.length > 0 ? [whole] : ["No location ships any of it."]),
    ...(second ? [second] : []),
    ...(missing.length > 0 ? [`Not shipped: ${missing.join(", ")}.`] : []),
    ...(rule ? [RULES[rule]] : []),
    ...exclusions.map((exclusion) => `${explainExclusion(exclusion)}.`),
  ];
}

function explainParcel(parcel: SourcedParcel, money: (amountMinor: number) => string): string {
  const { locationId, serviceId, units, parcelMinor, handlingMinor, latenessMinor, speedMinor, stockMinor } =
    parcel;
  const goods = Object.entries(units).map(([sku, quantity]) => `${quantity} of ${sku}`);
  const parts = [
    ["parcel", parcelMinor],
    ["handling", handlingMinor],
    ["lateness", latenessMinor],
    ["delivery time", speedMinor],
    ["stock", stockMinor],
  ] as const;
  const nonZero = parts
    .filter(([, amount]) => amount !== 0)
    .map(([name, amount]) => `${name} ${money(amount)}`);
  const by = serviceId === null ? "" : ` with ${serviceId}`;
  const cost =
    nonZero.length > 1 ? `${money(costOf(parcel))} (${nonZero.join(", ")})` : money(costOf(parcel));
  return `${locationId} ships ${goods.join(", ")}${by} for ${cost}.`;
}

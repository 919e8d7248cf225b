/**
 * Replays the orders of a past day under changed rules or locations: each with the stock that its decision was made
 * from, and measured against the days that its recorded plan promised. Only the capacity of locations carries over
 * from one order to the next; the stock that a changed plan leaves does not.
 */
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { SourcingRules } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import { addDays, daysBetween, localDate } from "../../kernel/calendar";
import { arrival, daysLate } from "../../promises/domain/arrival";
import type { SourcingDecision } from "../../sourcing/domain/decision";
import type { SourcingNetwork, SourcingRequest } from "../../sourcing/domain/problem";
import { destinationOf } from "../../sourcing/domain/destination";
import { sourceOrder } from "../../sourcing/domain/source-order";

/** What the simulation changes. */
export type SourcingChanges = Readonly<{
  rules: Partial<SourcingRules>;
  locations: Readonly<Record<string, LocationChanges>>;
  /** Ids of carriers' services that are left out. */
  withoutServices: readonly string[];
}>;

export type LocationChanges = Partial<
  Pick<
    Location,
    | "active"
    | "shipsOrders"
    | "capacityPerDay"
    | "processingDays"
    | "acceptsHazardous"
    | "acceptsOversize"
    | "handlingPerParcelMinor"
    | "handlingPerUnitMinor"
  >
>;

export type PastOrder = Readonly<{
  orderId: string;
  placedAt: number;
  request: SourcingRequest;
  decision: SourcingDecision;
}>;

export type SourcingReference = Readonly<{
  locations: readonly Location[];
  carrierServices: readonly CarrierService[];
}>;

export type Totals = Readonly<{
  costMinor: number;
  parcels: number;
  splitOrders: number;
  /** Orders of which a parcel arrives after the day promised by the recorded plan, and their days late in all. */
  lateOrders: number;
  lateDays: number;
  unsentUnits: number;
  parcelsByLocation: Readonly<Record<string, number>>;
}>;

export type Difference = Readonly<{
  orderId: string;
  recorded: Readonly<{ locationIds: readonly string[]; costMinor: number }>;
  simulated: Readonly<{ locationIds: readonly string[]; costMinor: number }>;
}>;

export type SimulationReport = Readonly<{
  orders: number;
  /** Orders without a decision that can be replayed. */
  skipped: number;
  changed: number;
  recorded: Totals;
  simulated: Totals;
  /** The orders whose costs differ most. */
  differences: readonly Difference[];
}>;

const NOTHING: Totals = {
  costMinor: 0,
  parcels: 0,
  splitOrders: 0,
  lateOrders: 0,
  lateDays: 0,
  unsentUnits: 0,
  parcelsByLocation: {},
};

export const EMPTY_REPORT: SimulationReport = {
  orders: 0,
  skipped: 0,
  changed: 0,
  recorded: NOTHING,
  simulated: NOTHING,
  differences: [],
};

const MAX_DIFFERENCES = 20;

/** The reference data with the changes. */
export const changedReference = (
  { locations, carrierServices }: SourcingReference,
  changes: SourcingChanges,
): SourcingReference => ({
  locations: locations.map((location) => ({ ...location, ...changes.locations[location.id] })),
  carrierServices: carrierServices.filter(({ id }) => !changes.withoutServices.includes(id)),
});

/** Adds an order to the report. @param past null for an order that cannot be replayed. */
export function withReplay(
  report: SimulationReport,
  past: PastOrder | null,
  reference: SourcingReference,
  { rules }: SourcingChanges,
): SimulationReport {
  if (past === null) return { ...report, skipped: report.skipped + 1 };
  const { channel } = past.request;
  const sourcing = { ...channel.sourcing, ...rules };
  const { lateDays, deliveryDays } = daysOf(past, reference);
  const simulated = sourceOrder({
    request: { ...past.request, channel: { ...channel, sourcing } },
    network: {
      ...reference,
      capacityLeft: capacityLeft(reference.locations, report.simulated.parcelsByLocation),
      lateDays,
      deliveryDays,
    },
    supply: past.decision.supply,
  });
  const difference = {
    orderId: past.orderId,
    recorded: outlineOf(past.decision),
    simulated: outlineOf(simulated),
  };
  const isSame = JSON.stringify(difference.recorded) === JSON.stringify(difference.simulated);
  return {
    orders: report.orders + 1,
    skipped: report.skipped,
    changed: report.changed + (isSame ? 0 : 1),
    recorded: addTo(report.recorded, past.decision),
    simulated: addTo(report.simulated, simulated),
    differences: isSame ? report.differences : greatest([...report.differences, difference]),
  };
}

const outlineOf = ({ parcels, costMinor }: SourcingDecision) => ({
  locationIds: parcels.map(({ locationId }) => locationId).toSorted(),
  costMinor,
});

const greatest = (differences: readonly Difference[]): Difference[] => {
  const by = ({ recorded, simulated }: Difference) => Math.abs(recorded.costMinor - simulated.costMinor);
  return differences
    .toSorted((a, b) => by(b) - by(a) || (a.orderId < b.orderId ? -1 : 1))
    .slice(0, MAX_DIFFERENCES);
};

function addTo(totals: Totals, { parcels, costMinor, unsent }: SourcingDecision): Totals {
  const lateDays = Math.max(0, ...parcels.map((parcel) => parcel.lateDays));
  const parcelsByLocation = { ...totals.parcelsByLocation };
  for (const { locationId } of parcels) {
    parcelsByLocation[locationId] = (parcelsByLocation[locationId] ?? 0) + 1;
  }
  return {
    costMinor: totals.costMinor + costMinor,
    parcels: totals.parcels + parcels.length,
    splitOrders: totals.splitOrders + (parcels.length > 1 ? 1 : 0),
    lateOrders: totals.lateOrders + (lateDays > 0 ? 1 : 0),
    lateDays: totals.lateDays + lateDays,
    unsentUnits: totals.unsentUnits + Object.values(unsent).reduce((sum, units) => sum + units, 0),
    parcelsByLocation,
  };
}

const capacityLeft = (
  locations: readonly Location[],
  taken: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(
    locations.flatMap(({ id, capacityPerDay }) =>
      capacityPerDay === null ? [] : [[id, capacityPerDay - (taken[id] ?? 0)]],
    ),
  );

/** Days after the last promised day of the recorded plan's parcels, 0 if that day is not known; and days since the order. */
function daysOf(
  { placedAt, request, decision }: PastOrder,
  { locations, carrierServices }: SourcingReference,
): Required<Pick<SourcingNetwork, "lateDays" | "deliveryDays">> {
  const destination = destinationOf(request.destination);
  const arrivesOn = (locationId: string, serviceId: string): string | null => {
    const location = locations.find(({ id }) => id === locationId);
    const service = carrierServices.find(({ id }) => id === serviceId);
    if (!location || !service) return null;
    const found = arrival(location, service, destination, placedAt);
    return found.ok ? found.value.deliverByOn : null;
  };
  const promised = decision.parcels.flatMap(({ locationId, serviceId, lateDays }) => {
    const on = serviceId === null ? null : arrivesOn(locationId, serviceId);
    return on === null ? [] : [addDays(on, -lateDays)];
  });
  const promisedOn = promised.toSorted().at(-1);
  const placedOn = localDate(placedAt, "UTC");
  return {
    lateDays: (locationId, serviceId) => {
      const on = arrivesOn(locationId, serviceId);
      return on === null || promisedOn === undefined ? 0 : daysLate(on, promisedOn);
    },
    deliveryDays: (locationId, serviceId) => {
      const on = arrivesOn(locationId, serviceId);
      return on === null ? null : Math.max(0, daysBetween(placedOn, on));
    },
  };
}

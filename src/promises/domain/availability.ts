/**
 * What a product page may say of a SKU: what can be bought now and by which day more of it, when it would arrive at
 * a destination, and in which stores it can be fetched. Nothing is held by saying so; a destination that is not
 * known exactly gets a wider range.
 */
import { dayEnd, localDate } from "../../kernel/calendar";
import {
  availableToPromise,
  promisable,
  unitsDueAfter,
  type Inbound,
  type PromisableStep,
} from "../../inventory/domain/inbound";
import type { CarrierService, Channel, Location, Sku } from "../../catalog/domain/reference";
import { deliveryDays } from "./arrival";
import type { Addressed } from "./destination";
import { mayServe } from "../../sourcing/domain/serving";
import type { NoDate } from "./promise";
import { waysThere } from "./service";
import { shipDay } from "./working-days";

export type Market = Readonly<{
  channel: Channel;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  destination: Addressed | null;
  now: number;
}>;

export type StockOfSku = Readonly<{
  sku: Pick<Sku, "weightGrams" | "hazardous" | "oversize">;
  /** Free units at locations. */
  free: ReadonlyMap<string, number>;
  /** Units owed to those who wait. */
  owed: number;
  inbound: readonly Inbound[];
}>;

export type DeliveryOption = Readonly<{
  serviceId: string;
  serviceName: string;
  locationId: string;
  shipByOn: string;
  deliverFromOn: string;
  deliverByOn: string;
}>;

export type PickupOption = Readonly<{
  locationId: string;
  name: string;
  available: number;
  /** Null where it has none, or is closed for long. */
  readyOn: string | null;
}>;

export type Availability = Readonly<{
  /** To be sent, after the channel's buffer. */
  available: number;
  availableToPromise: readonly PromisableStep[];
  /** By when one unit leaves, and the ways it can go. */
  shipByOn: string | null;
  cheapest: DeliveryOption | null;
  fastest: DeliveryOption | null;
  noDate: NoDate | "no_destination" | null;
  pickup: readonly PickupOption[];
}>;

export function availabilityOf(market: Market, { sku, free, owed, inbound }: StockOfSku): Availability {
  const { channel, locations, destination, now } = market;
  const all = [...locations.values()];
  const senders = all.filter((location) =>
    mayServe(location, { channel, destination, pickupLocationId: null }, sku),
  );
  const pickups = all.filter((location) =>
    mayServe(location, { channel, destination, pickupLocationId: location.id }, sku),
  );
  const unitsAt = ({ id }: Location) => Math.max(0, free.get(id) ?? 0);
  const there = senders.reduce((sum, location) => sum + unitsAt(location), 0);
  const available = Math.max(0, there - channel.stockBuffer);
  const zoneOf = (id: string) => locations.get(id)?.timeZone ?? "UTC";
  const coming = promisable(inbound, (id) => localDate(now, zoneOf(id))).filter(({ locationId }) =>
    senders.some(({ id }) => id === locationId),
  );
  const today = localDate(now, senders[0]?.timeZone ?? "UTC");
  const stock = { available: there, owed, buffer: channel.stockBuffer };
  const sources =
    available > 0
      ? senders.filter((location) => unitsAt(location) > 0).map((location) => sourceNow(market, location))
      : sourceLater(market, coming, owed + channel.stockBuffer);
  return {
    available,
    availableToPromise: availableToPromise(stock, today, coming),
    ...deliveryFrom(market, sources, sku.weightGrams),
    pickup: pickups.map((location) => {
      const available = Math.max(0, unitsAt(location) - channel.stockBuffer);
      const readyOn = available > 0 ? sourceNow(market, location).shipByOn : null;
      return { locationId: location.id, name: location.name, available, readyOn };
    }),
  };
}

type Source = Readonly<{ location: Location; shipByOn: string | null }>;

const sourceNow = ({ channel, now }: Market, location: Location): Source => ({
  location,
  shipByOn: shipDay(location, now + channel.gracePeriodMinutes * 60_000),
});

/** The inbound that a unit is left of, once those who wait are served and the buffer is kept. */
function sourceLater({ locations }: Market, inbound: readonly Inbound[], ahead: number): Source[] {
  const due = unitsDueAfter(ahead, 1, inbound)?.[0];
  const location = due && locations.get(due.locationId);
  if (!location) return [];
  return [{ location, shipByOn: shipDay(location, dayEnd(due.expectedOn, location.timeZone)) }];
}

type Priced = Readonly<{ priceMinor: number; option: DeliveryOption }>;

function deliveryFrom(
  { carrierServices, destination }: Market,
  sources: readonly Source[],
  grams: number,
): Pick<Availability, "shipByOn" | "cheapest" | "fastest" | "noDate"> {
  const dated = sources.flatMap(({ location, shipByOn }) =>
    shipByOn === null ? [] : [{ location, shipByOn }],
  );
  const shipByOn = dated.map((source) => source.shipByOn).toSorted()[0] ?? null;
  const none = { shipByOn, cheapest: null, fastest: null };
  if (sources.length === 0) return { ...none, noDate: "nothing_expected" };
  if (shipByOn === null) return { ...none, noDate: "location_closed" };
  if (destination === null) return { ...none, noDate: "no_destination" };
  const options = dated.flatMap((source) =>
    waysThere(carrierServices, source.location, destination, Math.max(1, grams)).map(
      ({ service, transit, priceMinor }) => ({
        priceMinor,
        option: {
          serviceId: service.id,
          serviceName: service.name,
          locationId: source.location.id,
          shipByOn: source.shipByOn,
          ...deliveryDays(source.shipByOn, transit),
        },
      }),
    ),
  );
  if (options.length === 0) return { ...none, noDate: "no_service" };
  const byDay = (a: DeliveryOption, b: DeliveryOption) =>
    a.deliverByOn < b.deliverByOn ? -1 : a.deliverByOn > b.deliverByOn ? 1 : 0;
  const best = (compare: (a: Priced, b: Priced) => number) =>
    options.toSorted((a, b) => compare(a, b) || (a.option.serviceId < b.option.serviceId ? -1 : 1))[0]!
      .option;
  return {
    shipByOn,
    cheapest: best((a, b) => a.priceMinor - b.priceMinor || byDay(a.option, b.option)),
    fastest: best((a, b) => byDay(a.option, b.option) || a.priceMinor - b.priceMinor),
    noDate: null,
  };
}

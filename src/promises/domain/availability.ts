/**
 * The availability quote of a product page: what can be bought now, how much more from which day on, when one unit
 * would arrive at a destination, and where it can be collected. A quote holds no stock. An inexact destination gives
 * a wider range of days.
 */
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import { loadOf, type Sku } from "../../catalog/domain/sku";
import {
  availableToPromise,
  promisable,
  unitsDueAfter,
  type Inbound,
  type PromisableStep,
} from "../../inventory/domain/inbound";
import { dayEnd, localDate } from "../../kernel/calendar";
import type { Destination } from "../../sourcing/domain/destination";
import { isCarrierAssumed } from "../../sourcing/domain/parcel-rates";
import { mayServe } from "../../sourcing/domain/serving";
import { bestOptions, type DeliveryOption } from "./delivery-options";
import type { NoDate } from "./promise";
import { serviceOptions, type ServiceOption } from "./service";
import { shipDay } from "./working-days";

export type Market = Readonly<{
  channel: Channel;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  destination: Destination | null;
  now: number;
}>;

export type StockOfSku = Readonly<{
  sku: Pick<Sku, "weightGrams" | "lengthMm" | "widthMm" | "heightMm" | "hazardous" | "oversize">;
  /** Available units by location. */
  free: ReadonlyMap<string, number>;
  /** Backordered units. */
  owed: number;
  inbound: readonly Inbound[];
}>;

export type PickupOption = Readonly<{
  locationId: string;
  name: string;
  available: number;
  /** Null if it has no units, or does not work within two years. */
  readyOn: string | null;
}>;

export type Availability = Readonly<{
  /** Units that can be sent now, less the channel's buffer. */
  available: number;
  availableToPromise: readonly PromisableStep[];
  /** The first day on which one unit leaves. */
  shipByOn: string | null;
  cheapest: DeliveryOption | null;
  fastest: DeliveryOption | null;
  noDate: NoDate | "no_destination" | null;
  pickup: readonly PickupOption[];
}>;

export function availabilityOf(market: Market, stock: StockOfSku): Availability {
  const { channel, destination, now } = market;
  const { sku, owed } = stock;
  const request = { channel, destination, pickupLocationId: null };
  const allowed = [...market.locations.values()].filter((location) => mayServe(location, request, sku));
  const senders = sendersAmong(allowed, market, sku);
  const inStock = senders.filter(({ location }) => unitsAt(stock, location) > 0);
  const units = inStock.reduce((sum, { location }) => sum + unitsAt(stock, location), 0);
  const available = Math.max(0, units - channel.stockBuffer);
  const inbound = inboundAt(senders, market, stock);
  const today = localDate(now, senders[0]?.location.timeZone ?? "UTC");
  const dispatches =
    available > 0
      ? inStock.map((sender) => ({ ...sender, shipByOn: shipDayNow(market, sender.location) }))
      : nextDispatch(senders, inbound, owed + channel.stockBuffer);
  const isUnreachable = allowed.length > 0 && senders.length === 0;
  return {
    available,
    availableToPromise: availableToPromise(
      { available: units, owed, buffer: channel.stockBuffer },
      today,
      inbound,
    ),
    ...(isUnreachable ? { ...NO_DELIVERY, noDate: "no_service" } : deliveryOf(dispatches, destination)),
    pickup: pickupOptions(market, stock),
  };
}

/** A location that may ship the SKU, and the services that go from it to the destination. */
type Sender = Readonly<{ location: Location; options: readonly ServiceOption[] }>;

/** Locations from which no service goes there are left out, as sourcing does. */
function sendersAmong(
  locations: readonly Location[],
  { carrierServices, destination }: Market,
  sku: StockOfSku["sku"],
): Sender[] {
  const isAssumed = isCarrierAssumed(carrierServices, destination);
  return locations
    .map((location) => ({
      location,
      options: serviceOptions(carrierServices, location, destination, loadOf(sku)),
    }))
    .filter(({ options }) => isAssumed || options.length > 0);
}

const unitsAt = ({ free }: StockOfSku, { id }: Location): number => Math.max(0, free.get(id) ?? 0);

function inboundAt(senders: readonly Sender[], { locations, now }: Market, { inbound }: StockOfSku) {
  const today = (id: string) => localDate(now, locations.get(id)?.timeZone ?? "UTC");
  const ids = new Set(senders.map(({ location }) => location.id));
  return promisable(inbound, today).filter(({ locationId }) => ids.has(locationId));
}

type Dispatch = Sender & Readonly<{ shipByOn: string | null }>;

/** An order is released when its grace period is over. */
const shipDayNow = ({ channel, now }: Market, location: Location): string | null =>
  shipDay(location, now + channel.gracePeriodMinutes * 60_000);

/** Where and when the first inbound unit leaves that is left after `ahead` units. */
function nextDispatch(senders: readonly Sender[], inbound: readonly Inbound[], ahead: number): Dispatch[] {
  const due = unitsDueAfter(ahead, 1, inbound)?.[0];
  const sender = senders.find(({ location }) => location.id === due?.locationId);
  if (!due || !sender) return [];
  const releasedAt = dayEnd(due.expectedOn, sender.location.timeZone);
  return [{ ...sender, shipByOn: shipDay(sender.location, releasedAt) }];
}

type Delivery = Pick<Availability, "shipByOn" | "cheapest" | "fastest" | "noDate">;
const NO_DELIVERY = { shipByOn: null, cheapest: null, fastest: null };

function deliveryOf(dispatches: readonly Dispatch[], destination: Destination | null): Delivery {
  const dated = dispatches.flatMap(({ shipByOn, ...sender }) =>
    shipByOn === null ? [] : [{ ...sender, shipByOn }],
  );
  const shipByOn = dated.map((dispatch) => dispatch.shipByOn).toSorted()[0] ?? null;
  if (dispatches.length === 0) return { ...NO_DELIVERY, noDate: "nothing_expected" };
  if (shipByOn === null) return { ...NO_DELIVERY, noDate: "location_closed" };
  if (destination === null) return { ...NO_DELIVERY, shipByOn, noDate: "no_destination" };
  const best = bestOptions(dated);
  if (best === null) return { ...NO_DELIVERY, shipByOn, noDate: "no_service" };
  return { shipByOn, ...best, noDate: null };
}

/** The stores that may hand the SKU over, those without units included. */
function pickupOptions(market: Market, stock: StockOfSku): PickupOption[] {
  const { channel, destination, locations } = market;
  return [...locations.values()]
    .filter((location) =>
      mayServe(location, { channel, destination, pickupLocationId: location.id }, stock.sku),
    )
    .map((location) => {
      const available = Math.max(0, unitsAt(stock, location) - channel.stockBuffer);
      const readyOn = available > 0 ? shipDayNow(market, location) : null;
      return { locationId: location.id, name: location.name, available, readyOn };
    });
}

/**
 * The availability of a SKU on a product page: what can be bought now, how much more from which day on, how one unit
 * that is ordered now would be delivered, and where it can be collected. An inexact destination gives a wider range of
 * days.
 */
import type { Location } from "../../catalog/domain/location";
import { availableToPromise, type PromisableStep } from "../../inventory/domain/inbound";
import { localDate } from "../../kernel/calendar";
import { locationsThatMaySend } from "../../sourcing/domain/eligibility";
import type { SourcingNetwork, SourcingRequest } from "../../sourcing/domain/problem";
import { mayServe } from "../../sourcing/domain/serving";
import { backorderSupplyOf, skuSupplyOf, type StockOfSku } from "./cart";
import type { BackorderSupply } from "./legs";
import type { NoDate } from "./promise";
import { quoteOf, quoteTerms, type QuotedLine, type QuoteTerms } from "./quote";
import { releaseOfNewOrder } from "./timed-network";
import { shipDay } from "./working-days";

/** Where a channel's orders go to, and by which service: the same for all SKUs of a page. */
export type Market = Readonly<{
  /** With the customer's choice of delivery, if there is one. */
  terms: QuoteTerms;
  /** By service, the terms of an order whose customer chooses it. */
  byService: ReadonlyMap<string, QuoteTerms>;
}>;

/** @param now epoch milliseconds. */
export function marketOf(request: SourcingRequest, network: SourcingNetwork, now: number): Market {
  const services = network.carrierServices.filter(({ active }) => active);
  return {
    terms: quoteTerms(request, network, now),
    byService: new Map(
      services.map(({ id }) => [id, quoteTerms({ ...request, shippingMethod: id }, network, now)]),
    ),
  };
}

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
  /** Null if the store has no units, or does not work within two years. */
  readyOn: string | null;
}>;

export type Availability = Readonly<{
  /** Units that can be sent now, less the channel's buffer. */
  available: number;
  availableToPromise: readonly PromisableStep[];
  /** The first day on which one unit leaves. */
  shipByOn: string | null;
  /** As sourcing would send it now. */
  cheapest: DeliveryOption | null;
  /** With the service that arrives first, if the customer chooses it. */
  fastest: DeliveryOption | null;
  noDate: NoDate | "no_destination" | null;
  pickup: readonly PickupOption[];
}>;

/** Days of leaving are local to the location, days of arrival to the destination. */
export function availabilityOf(market: Market, stock: StockOfSku): Availability {
  const { request, network, now } = market.terms;
  const { stockBuffer: buffer } = request.channel;
  const senders = locationsThatMaySend(network, request, stock.sku);
  const units = senders.reduce((sum, location) => sum + unitsAt(stock, location), 0);
  const today = localDate(now, senders[0]?.timeZone ?? "UTC");
  const backorder = backorderSupplyOf(market.terms, stock);
  return {
    available: Math.max(0, units - buffer),
    availableToPromise: availableToPromise(
      { available: units, owed: stock.owed, buffer },
      today,
      backorder.inbound,
    ),
    ...deliveryOf(market, stock, backorder),
    pickup: pickupOptions(market.terms, stock),
  };
}

const unitsAt = ({ free }: StockOfSku, { id }: Location): number => Math.max(0, free.get(id) ?? 0);

type Delivery = Pick<Availability, "shipByOn" | "cheapest" | "fastest" | "noDate">;

function deliveryOf({ terms, byService }: Market, stock: StockOfSku, backorder: BackorderSupply): Delivery {
  const supply = { unit: skuSupplyOf(stock, 1) };
  const backorders = new Map([["unit", backorder]]);
  const lineBy = (chosen: QuoteTerms): QuotedLine => quoteOf(chosen, supply, backorders).lines[0]!;
  const { decision, lines } = quoteOf(terms, supply, backorders);
  const line = lines[0]!;
  const { shipByOn } = line.promise;
  const isUnreachable = decision.exclusions.some(({ rule }) => rule === "no_service");
  const isNowhere = line.promise.noDate === "not_sourced";
  const noDate = isNowhere && isUnreachable ? "no_service" : line.promise.noDate;
  if (terms.request.destination === null) {
    return { shipByOn, cheapest: null, fastest: null, noDate: shipByOn === null ? noDate : "no_destination" };
  }
  const cheapest = optionOf(line);
  const chosen = [...byService].flatMap(([id, termsOfService]) => {
    const withService = lineBy(termsOfService);
    return withService.service?.id === id ? (optionOf(withService) ?? []) : [];
  });
  const options = [...(cheapest ? [cheapest] : []), ...chosen];
  const fastest = options.toSorted((a, b) => compare(a.deliverByOn, b.deliverByOn))[0] ?? null;
  return { shipByOn, cheapest, fastest, noDate };
}

function optionOf({ promise, service }: QuotedLine): DeliveryOption | null {
  const { locationId, shipByOn, deliverFromOn, deliverByOn } = promise;
  if (service === null || locationId === null || shipByOn === null) return null;
  if (deliverFromOn === null || deliverByOn === null) return null;
  const { id: serviceId, name: serviceName } = service;
  return { serviceId, serviceName, locationId, shipByOn, deliverFromOn, deliverByOn };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The stores that may hand the SKU over, those without units included. */
function pickupOptions({ request, network, now }: QuoteTerms, stock: StockOfSku): PickupOption[] {
  const { channel, destination } = request;
  return network.locations
    .filter((location) =>
      mayServe(location, { channel, destination, pickupLocationId: location.id }, stock.sku),
    )
    .map((location) => {
      const available = Math.max(0, unitsAt(stock, location) - channel.stockBuffer);
      const readyOn = available > 0 ? shipDay(location, releaseOfNewOrder(channel, now)) : null;
      return { locationId: location.id, name: location.name, available, readyOn };
    });
}

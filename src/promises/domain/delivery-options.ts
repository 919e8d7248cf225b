/** The cheapest and the fastest delivery of one unit of a SKU. */
import type { Location } from "../../catalog/domain/location";
import { deliveryDays } from "./arrival";
import type { ServiceOption } from "./service";

export type DeliveryOption = Readonly<{
  serviceId: string;
  serviceName: string;
  locationId: string;
  shipByOn: string;
  deliverFromOn: string;
  deliverByOn: string;
}>;

/** A location that ships the unit on a day, and the services that go from it to the destination. */
type Dispatch = Readonly<{
  location: Pick<Location, "id">;
  shipByOn: string;
  options: readonly ServiceOption[];
}>;

type Priced = Readonly<{ priceMinor: number; option: DeliveryOption }>;
type Comparison = (a: Priced, b: Priced) => number;

const byPrice: Comparison = (a, b) => a.priceMinor - b.priceMinor;
const byArrival: Comparison = (a, b) => compare(a.option.deliverByOn, b.option.deliverByOn);
const byService: Comparison = (a, b) => compare(a.option.serviceId, b.option.serviceId);

/** Null if no service goes there. Of equal options the first by the service's id. */
export function bestOptions(
  dispatches: readonly Dispatch[],
): Readonly<{ cheapest: DeliveryOption; fastest: DeliveryOption }> | null {
  const options = dispatches.flatMap((dispatch) =>
    dispatch.options.map((option) => pricedOption(dispatch, option)),
  );
  const first = (...comparisons: readonly Comparison[]) =>
    options.toSorted((a, b) => comparisons.reduce((order, next) => order || next(a, b), 0))[0]?.option;
  const cheapest = first(byPrice, byArrival, byService);
  const fastest = first(byArrival, byPrice, byService);
  return cheapest && fastest ? { cheapest, fastest } : null;
}

const pricedOption = (
  { location, shipByOn }: Dispatch,
  { service, transit, priceMinor }: ServiceOption,
): Priced => ({
  priceMinor,
  option: {
    serviceId: service.id,
    serviceName: service.name,
    locationId: location.id,
    shipByOn,
    ...deliveryDays(shipByOn, transit),
  },
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The ways in which one unit of a SKU can be delivered: the cheapest and the fastest. */
import type { Location } from "../../catalog/domain/location";
import { deliveryDays } from "./arrival";
import type { WayThere } from "./service";

export type DeliveryOption = Readonly<{
  serviceId: string;
  serviceName: string;
  locationId: string;
  shipByOn: string;
  deliverFromOn: string;
  deliverByOn: string;
}>;

/** A location that sends the unit on a day, and the services that go from it to the destination. */
type Dispatch = Readonly<{ location: Pick<Location, "id">; shipByOn: string; ways: readonly WayThere[] }>;

type Priced = Readonly<{ priceMinor: number; option: DeliveryOption }>;
type Order = (a: Priced, b: Priced) => number;

const byPrice: Order = (a, b) => a.priceMinor - b.priceMinor;
const byArrival: Order = (a, b) => compare(a.option.deliverByOn, b.option.deliverByOn);
const byService: Order = (a, b) => compare(a.option.serviceId, b.option.serviceId);

/** Null if no service goes there. Of equal options the first by the service's id. */
export function bestOptions(
  dispatches: readonly Dispatch[],
): Readonly<{ cheapest: DeliveryOption; fastest: DeliveryOption }> | null {
  const options = dispatches.flatMap((dispatch) => dispatch.ways.map((way) => optionOf(dispatch, way)));
  const first = (...orders: readonly Order[]) =>
    options.toSorted((a, b) => orders.reduce((order, next) => order || next(a, b), 0))[0]?.option;
  const cheapest = first(byPrice, byArrival, byService);
  const fastest = first(byArrival, byPrice, byService);
  return cheapest && fastest ? { cheapest, fastest } : null;
}

const optionOf = ({ location, shipByOn }: Dispatch, { service, transit, priceMinor }: WayThere): Priced => ({
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

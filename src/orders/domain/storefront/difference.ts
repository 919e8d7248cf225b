/** A difference between an order here and at its storefront, in words for staff. */
import { linesOf, type Order } from "../order";

/** `parcel`: it changes what a location is preparing, so that the location is asked to stop. */
export type Difference = Readonly<{ detail: string; parcel: boolean }>;

/** The title of the storefront's line, or its id. */
export const titleOf = (order: Order, externalId: string): string =>
  linesOf(order, externalId)[0]?.title ?? `line ${externalId}`;

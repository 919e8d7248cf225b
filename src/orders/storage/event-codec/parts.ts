/** Codecs of what several events contain. */
import type { LinePromise, NoDate } from "../../../promises/domain/promise";
import type { Amounts } from "../../domain/amounts";
import type { UnitsReturned, RefundedLine } from "../../domain/events/money-events";
import type { FulfillmentLocation, PlannedFulfillment } from "../../domain/fulfillments/fulfillment";
import type { Hold } from "../../domain/holds/hold";
import type { UnitsOfLine } from "../../domain/order-line";
import { day, line, list, moment, nullable, oneOf, plain, record } from "./codec";

export const text = plain<string>();
export const number = plain<number>();
export const flag = plain<boolean>();
export const always = plain<true>();
export const textOrNull = plain<string | null>();
export const numberOrNull = plain<number | null>();

export const amounts = record<Amounts>({ grossMinor: number, discountMinor: number, taxMinor: number });

export const unitsOfLine = record<UnitsOfLine>({ lineId: line, quantity: number });

export const plannedFulfillment = record<PlannedFulfillment>({
  id: plain(),
  locationId: textOrNull,
  releaseAt: moment,
  lines: list(unitsOfLine),
  serviceId: textOrNull,
});

export const hold = record<Hold>({ code: plain(), detail: text, placedAt: moment, placedBy: text });

export const fulfillmentLocation = record<FulfillmentLocation>({ fulfillmentId: plain(), locationId: text });

export const unitsAtLocation = record<FulfillmentLocation & Readonly<{ quantity: number }>>({
  fulfillmentId: plain(),
  locationId: text,
  quantity: number,
});

export const unitsInFulfillment = record<
  Readonly<{
    fulfillmentId: FulfillmentLocation["fulfillmentId"];
    locationId: string | null;
    quantity: number;
  }>
>({ fulfillmentId: plain(), locationId: textOrNull, quantity: number });

export const refundedLine = record<RefundedLine>({ externalLineId: text, quantity: number });

export const unitsReturned = record<UnitsReturned>({
  lineId: line,
  quantity: number,
  restockLocationId: textOrNull,
});

const noDate = oneOf<NoDate>([
  "not_sourced",
  "nothing_expected",
  "supply_unknown",
  "location_closed",
  "no_service",
]);

export const linePromise = record<LinePromise>({
  shipByOn: nullable(day),
  deliverFromOn: nullable(day),
  deliverByOn: nullable(day),
  locationId: textOrNull,
  inboundOn: nullable(day),
  noDate: nullable(noDate),
});

/**
 * Buys a label for a parcel: prices are asked, the purchase is decided and stored, and only then the carrier is asked to sell.
 */
import type { FieldError } from "../kernel/field-errors";
import type { OrderId, ShipmentId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { readOrder } from "../orders/change-order";
import { shipmentIdOf } from "../orders/domain/fulfillments/ship";
import type { Order } from "../orders/domain/order";
import type { UnitsOfLine } from "../orders/domain/order-line";
import { withDatabaseDeadline } from "../platform/d1/errors";
import type { CarrierAdapter, Offers } from "./carrier-adapter";
import type { ShippingContext } from "./context";
import { addressFaults } from "./domain/address-rules";
import { chooseRate, type RateRejection, type WantedService } from "./domain/choose-rate";
import { isLive, labelReference, type Label, type LabelRequest } from "./domain/label";
import { parcelSizeFaults, type Parcel, type ParcelSize } from "./domain/parcel";
import { decideParcelUnits, type ParcelUnitsRejection } from "./domain/parcel-units";
import { decidePurchase, LEASE_MS, type PurchaseRejection } from "./domain/purchase";
import { newTracking } from "./domain/tracking";
import { purchaseLabel } from "./settle-label";
import { insertLabelStatement, isLabelThere, labelsOfOrder } from "./storage/labels";

export type LabelWish = Readonly<{
  fulfillmentId: string;
  /** The adapter's name; null for the deployment's default. */
  carrier: string | null;
  /** Null: the planned service if the carrier offers it, or else the cheapest. */
  service: WantedService | null;
  size: ParcelSize;
  lines: "all" | readonly UnitsOfLine[];
  /** Identifies the parcel: a repeat with the same reference is the same parcel. */
  reference: string;
}>;

export type LabelRejection =
  | ParcelUnitsRejection
  | PurchaseRejection
  | RateRejection
  | Readonly<
      | { code: "order_unknown"; orderId: OrderId }
      | { code: "invalid_request"; errors: readonly FieldError[] }
      | { code: "carrier_unknown"; carrier: string; carriers: readonly string[] }
      | { code: "label_rejected"; detail: string }
      | { code: "carrier_unavailable"; detail: string }
    >;

/** @returns the label: bought, or `buying` while the carrier's answer is not known. */
export async function buyLabel(
  context: ShippingContext,
  orderId: OrderId,
  wish: LabelWish,
): Promise<Result<Label, LabelRejection>> {
  const prepared = await prepareParcel(context, orderId, wish);
  if (!prepared.ok) return prepared;
  const { order, shipmentId, parcel, labels, adapter } = prepared.value;
  const ofParcel = labels.filter((label) => label.shipmentId === shipmentId);
  const decision = decidePurchase(ofParcel, shipmentId, parcel);
  if (!decision.ok) return decision;
  if ("known" in decision.value) return accept(decision.value.known);
  const attempt = decision.value.begin;
  const request = labelRequest(order, wish, { shipmentId, attempt, parcel }, await context.reference());
  if (!request.ok) return request;
  const offers = await adapter.rates(request.value);
  if (offers.outcome === "rejected") return reject({ code: "label_rejected", detail: offers.reason });
  if (offers.outcome === "unknown") return reject({ code: "carrier_unavailable", detail: offers.detail });
  const rate = chooseRate(offers.value.rates, ...wantedService(wish, order, await context.reference()));
  if (!rate.ok) return rate;
  const label = newLabel(context, order, wish, {
    shipmentId,
    attempt,
    request: request.value,
    rate: rate.value,
    handle: offers.value.handle,
    carrier: adapter.name,
  });
  return beginPurchase(context, adapter, label);
}

/** What the carrier asks for the parcel, cheapest first. Nothing is stored or bought. */
export async function quoteRates(
  context: ShippingContext,
  orderId: OrderId,
  wish: LabelWish,
): Promise<Result<Offers["rates"], LabelRejection>> {
  const prepared = await prepareParcel(context, orderId, wish);
  if (!prepared.ok) return prepared;
  const { order, shipmentId, parcel, adapter } = prepared.value;
  const of = { shipmentId, attempt: 0, parcel };
  const request = labelRequest(order, wish, of, await context.reference());
  if (!request.ok) return request;
  const offers = await adapter.rates(request.value);
  if (offers.outcome === "rejected") return reject({ code: "label_rejected", detail: offers.reason });
  if (offers.outcome === "unknown") return reject({ code: "carrier_unavailable", detail: offers.detail });
  return accept(offers.value.rates.toSorted((a, b) => a.costMinor - b.costMinor));
}

type Prepared = Readonly<{
  order: Order;
  shipmentId: ShipmentId;
  parcel: Parcel;
  labels: readonly Label[];
  adapter: CarrierAdapter;
}>;

/** Checks everything that can be checked before the carrier is asked. */
async function prepareParcel(
  context: ShippingContext,
  orderId: OrderId,
  { fulfillmentId, carrier, size, lines, reference }: LabelWish,
): Promise<Result<Prepared, LabelRejection>> {
  const { carriers, databases } = context;
  const adapter = carriers.named(carrier ?? carriers.byDefault);
  if (adapter === null)
    return reject({ code: "carrier_unknown", carrier: carrier ?? "", carriers: carriers.names });
  const faults = parcelSizeFaults(size);
  if (faults.length > 0) return reject({ code: "invalid_request", errors: faults });
  const order = await readOrder(context, orderId);
  if (!order) return reject({ code: "order_unknown", orderId });
  const fulfillment = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!fulfillment) return reject({ code: "fulfillment_unknown", fulfillmentId });
  const shipmentId = shipmentIdOf(order, fulfillment.id, reference);
  const labels = await labelsOfOrder(databases.orders(orderId), orderId);
  const live = labels.find((label) => label.shipmentId === shipmentId && isLive(label));
  const units =
    unitsOfRepeat(live, lines) ?? decideParcelUnits(order, labels, { fulfillmentId, shipmentId, lines });
  if (!units.ok) return units;
  return accept({ order, shipmentId, parcel: { ...size, lines: units.value }, labels, adapter });
}

/**
 * The units of a repeat. It is compared with what the parcel has, also if its units have left, or if others of the fulfillment
 * have left meanwhile. Null for a parcel without a live label, and for one that is not shipped and whose units are named.
 */
function unitsOfRepeat(live: Label | undefined, lines: LabelWish["lines"]) {
  if (live === undefined) return null;
  if (lines === "all") return accept(live.request.parcel.lines);
  return live.state === "used" ? accept(lines) : null;
}

type Reference = Awaited<ReturnType<ShippingContext["reference"]>>;

function labelRequest(
  order: Order,
  { fulfillmentId, reference: parcelReference }: LabelWish,
  { shipmentId, attempt, parcel }: Readonly<{ shipmentId: ShipmentId; attempt: number; parcel: Parcel }>,
  { locations }: Reference,
): Result<LabelRequest, LabelRejection> {
  const locationId = order.fulfillments.find(({ id }) => id === fulfillmentId)?.locationId ?? "";
  const location = locations.get(locationId);
  const from = location ? { ...location.address, name: location.address.name ?? location.name } : null;
  const to = order.shippingAddress;
  const errors = [
    ...addressFaults(from, `locations.${locationId}.address`),
    ...addressFaults(to, "shippingAddress"),
  ];
  if (from === null || to === null || errors.length > 0) return reject({ code: "invalid_request", errors });
  return accept({ reference: labelReference(shipmentId, attempt), parcelReference, from, to, parcel });
}

/** The service that is asked for, or else the planned one, which another may replace. */
function wantedService(
  { service, fulfillmentId }: LabelWish,
  order: Order,
  { carrierServices }: Reference,
): [WantedService | null, boolean] {
  if (service !== null) return [service, true];
  const plannedId = order.fulfillments.find(({ id }) => id === fulfillmentId)?.serviceId ?? null;
  const planned = carrierServices.find(({ id }) => id === plannedId);
  return [planned ? { carrier: planned.carrier, service: planned.service } : null, false];
}

type NewLabel = Pick<Label, "shipmentId" | "attempt" | "request" | "rate" | "handle" | "carrier">;

function newLabel(context: ShippingContext, order: Order, wish: LabelWish, given: NewLabel): Label {
  const now = context.now();
  return {
    ...given,
    orderId: order.id,
    fulfillmentId: wish.fulfillmentId as Label["fulfillmentId"],
    version: 1,
    state: "buying",
    trackingNumber: null,
    trackingUrl: null,
    problem: null,
    tries: 0,
    createdAt: now,
    boughtAt: null,
    usedAt: null,
    tracking: newTracking(now),
    attention: [],
    dueAt: now + LEASE_MS,
  };
}

/** Stores the purchase, then buys. If another request has stored one for the parcel, that one goes on. */
async function beginPurchase(
  context: ShippingContext,
  adapter: CarrierAdapter,
  label: Label,
): Promise<Result<Label, LabelRejection>> {
  const { orderId, shipmentId } = label;
  const db = context.databases.orders(orderId);
  try {
    await withDatabaseDeadline(context.config.databaseDeadlineMs, () =>
      insertLabelStatement(db, label).run(),
    );
  } catch (error) {
    if (!isLabelThere(error)) throw error;
    // Also after a lost reply of this insert: then the sweep buys it.
    const labels = await labelsOfOrder(db, orderId);
    const ofParcel = labels.filter((each) => each.shipmentId === shipmentId);
    const decision = decidePurchase(ofParcel, shipmentId, label.request.parcel);
    if (!decision.ok) return decision;
    return "known" in decision.value
      ? accept(decision.value.known)
      : reject({ code: "carrier_unavailable", detail: "the label was given up at the same time" });
  }
  const settled = await purchaseLabel(context, adapter, label);
  return settled.state === "rejected"
    ? reject({ code: "label_rejected", detail: settled.problem ?? "" })
    : accept(settled);
}

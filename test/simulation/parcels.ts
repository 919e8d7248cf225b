/** Parcels in the simulation: staff buy, void and use labels; the carrier scans the parcels, and reports scans as it likes. */
import type { OrderId } from "../../src/kernel/ids";
import { signEasyPost } from "../../src/shipping/carriers/easypost/webhook";
import { rowsOfOrders } from "./orders-rows";
import { CARRIER_SECRET, platform } from "./platform";
import { MINUTE, type FulfillmentRef, type World } from "./world";

type LabelRef = Readonly<{
  orderId: OrderId;
  shipmentId: string;
  state: string;
  trackingNumber: string | null;
  attempt: number;
}>;

/** Buys a label for all that is left of the fulfillment. */
export function buyLabel(world: World, { orderId, fulfillmentId }: FulfillmentRef, reference: string) {
  const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/labels`;
  return world.staff("POST", path, { carrier: "easypost", reference, parcel: { weightGrams: 700 } });
}

/** The last attempt of each parcel. */
export async function lastLabels(): Promise<LabelRef[]> {
  const sql = `SELECT order_id AS orderId, shipment_id AS shipmentId, state, tracking_number AS trackingNumber,
    max(attempt) AS attempt FROM labels GROUP BY order_id, shipment_id ORDER BY created_at, shipment_id`;
  return rowsOfOrders<LabelRef>(sql);
}

/** Parcels whose last label is neither bought nor used; and that there is none, which only a fault explains. */
export async function parcelsWithoutLabel(): Promise<string[]> {
  const labels = await lastLabels();
  if (labels.length === 0) return platform().struck.length === 0 ? ["no label was asked for"] : [];
  return labels
    .filter(({ state }) => state !== "bought" && state !== "used")
    .map(({ shipmentId, state }) => `the label of ${shipmentId} is ${state}`);
}

export const voidLabel = (world: World, shipmentId: string) =>
  world.staff("POST", `/v1/shipments/${shipmentId}/label/void`);

export const shipWithLabel = (world: World, shipmentId: string) =>
  world.staff("POST", `/v1/shipments/${shipmentId}/ship`);

/** The carrier scans the parcel, and reports some of its scans: those at these places of the list, in this sequence. */
export async function scan(
  world: World,
  trackingNumber: string,
  statuses: readonly string[],
  reported: readonly number[],
): Promise<void> {
  const { carrier } = platform();
  for (const status of statuses) {
    world.advance(MINUTE);
    const known = carrier.scans.get(trackingNumber) ?? [];
    const detail = { status, message: status, datetime: new Date(Date.now()).toISOString() };
    carrier.scans.set(trackingNumber, [...known, detail]);
  }
  const all = carrier.scans.get(trackingNumber) ?? [];
  for (const place of reported) {
    const body = carrier.event(trackingNumber, all[place] ? [all[place]] : all);
    const signature = signEasyPost(CARRIER_SECRET, new TextEncoder().encode(body));
    const headers = { "x-hmac-signature": signature };
    const callback = "https://aftercart.test/v1/webhooks/carriers/easypost";
    await world.request(() => new Request(callback, { method: "POST", headers, body }));
  }
}

/** `parcel` is an index. `reported`: places of the parcel's scans; 99 reports all of them. */
export type ParcelAction = Readonly<
  | { do: "buy label" | "void label" | "ship with label"; parcel: number }
  | { do: "scan"; parcel: number; statuses: readonly string[]; reported: readonly number[] }
>;

export async function actOnParcel(world: World, action: ParcelAction): Promise<void> {
  if (action.do === "buy label") {
    const fulfillments = await world.fulfillments("released");
    const fulfillment = fulfillments[action.parcel % Math.max(1, fulfillments.length)];
    if (fulfillment) await buyLabel(world, fulfillment, `box-${action.parcel % 2}`);
    return;
  }
  const labels = await lastLabels();
  const label = labels[action.parcel % Math.max(1, labels.length)];
  if (!label) return;
  switch (action.do) {
    case "void label":
      await voidLabel(world, label.shipmentId);
      return;
    case "ship with label":
      await shipWithLabel(world, label.shipmentId);
      return;
    case "scan":
      if (label.trackingNumber !== null)
        await scan(world, label.trackingNumber, action.statuses, action.reported);
  }
}

/** Whether it asks a carrier, which keeps what a database that is restored loses. */
export const usesCarrier = ({ do: what }: Readonly<{ do: string }>): boolean =>
  what === "buy label" || what === "void label" || what === "ship with label" || what === "scan";

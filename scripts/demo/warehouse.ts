/** Work at the locations: ships released fulfillments and marks shipments delivered. */
import { everyItem, forEachOf, type Api } from "../local/api.ts";
import { LOCATIONS } from "./retailer.ts";

export type Released = Readonly<{ id: string; orderId: string; orderNumber: string; locationId: string }>;

export type OrderAnswer = Readonly<{
  id: string;
  number: string;
  channelId: string;
  status: string;
  statusUrl: string;
  holds: readonly Readonly<{ code: string; detail: string }>[];
  lines: readonly Readonly<{ sku: string | null; ordered: number; backordered: number }>[];
  fulfillments: readonly Readonly<{ id: string; status: string; locationId: string | null }>[];
  shipments: readonly Readonly<{ id: string; fulfillmentId: string; deliveredAt: string | null }>[];
}>;

const AT_ONCE = 6;

/** The released fulfillments of every location, oldest first. */
export async function releasedFulfillments(api: Api): Promise<Released[]> {
  const lists = await Promise.all(
    LOCATIONS.map(({ id }) => everyItem<Released>(api, `/v1/fulfillments?status=released&locationId=${id}`)),
  );
  return lists.flat();
}

/** With its box; the demo has no scales. */
const PARCEL = { weightGrams: 1_200, lengthMm: 300, widthMm: 200, heightMm: 150 };

/**
 * Ships each fulfillment in one parcel, with a label of the sandbox. The parcel is named by the fulfillment, so a repeat
 * changes nothing.
 */
export async function shipAll(api: Api, fulfillments: readonly Released[]): Promise<OrderAnswer[]> {
  const shipped: OrderAnswer[] = [];
  await forEachOf(fulfillments, AT_ONCE, async ({ id, orderId }) => {
    const path = `/v1/orders/${orderId}/fulfillments/${id}/labels`;
    const label = await api.send<{ shipmentId: string }>("POST", path, { parcel: PARCEL, reference: id });
    await api.send("POST", `/v1/shipments/${label.shipmentId}/ship`);
    shipped.push(await api.get<OrderAnswer>(`/v1/orders/${orderId}`));
  });
  return shipped;
}

/** Marks every shipment of these orders delivered. Returns how many there were. */
export async function deliverAll(api: Api, orderIds: readonly string[]): Promise<number> {
  let delivered = 0;
  await forEachOf([...new Set(orderIds)], AT_ONCE, async (orderId) => {
    const order = await api.get<OrderAnswer>(`/v1/orders/${orderId}`);
    for (const { id } of order.shipments.filter(({ deliveredAt }) => deliveredAt === null)) {
      await api.send("POST", `/v1/orders/${orderId}/shipments/${id}/deliveries`, {});
      delivered += 1;
    }
  });
  return delivered;
}

/** A retailer with one thing of every kind that a path can name, so that a request never fails because it is missing. */
import { env } from "cloudflare:workers";
import { statusSignature } from "../../src/orders/domain/status-link";
import { idFromBytes, isId, type OrderId } from "../../src/kernel/ids";
import { unknownFacts } from "../../src/notifications/domain/notification-facts";
import { notificationIdOf } from "../../src/notifications/domain/notifications";
import { insertRun } from "../../src/platform/jobs/job-runs";
import {
  aCarrierService,
  aChannel,
  aLocation,
  aSku,
  callerWith,
  makeKey,
  unique,
  type Call,
} from "../support/api";
import { insertExport } from "../support/exports";
import { reconcileNow } from "../support/jobs";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";
import { filledPath, sampleOf, bodySchemaOf, type Document, type Endpoint } from "../support/openapi-samples";

type Order = {
  id: string;
  lines: { id: string }[];
  fulfillments: { id: string; lines: { lineId: string }[] }[];
  shipments: { id: string }[];
};

export type PopulatedRetailer = Readonly<{
  admin: Call;
  retailer: Retailer;
  order: Order;
  /** An export that is done. */
  requestId: string;
  /** The path of an endpoint, with existing ids. */
  pathOf: (endpoint: Endpoint) => string;
  /** A valid body that changes something; undefined for an endpoint without a body. */
  bodyOf: (endpoint: Endpoint) => unknown;
}>;

/** Creates the retailer and one of everything. */
export async function openPopulatedRetailer(document: Document): Promise<PopulatedRetailer> {
  const admin = await callerWith("admin");
  const retailer = await openRetailer(admin, { stock: [[5_000], [5_000]] });
  const placed = await admin("POST", "/v1/orders", {
    channelId: retailer.channelId,
    ...canonicalPayload(anOrderOf(retailer, [3, 2])),
  });
  const order: Order = placed.body;
  const shipped = await shipOne(admin, order);
  const reservation = await admin("POST", "/v1/reservations", {
    channelId: retailer.channelId,
    lines: [{ sku: retailer.skus[0], quantity: 1 }],
  });
  const deadLetterId = await insertDeadLetter();
  const callbackId = await insertRejectedCallback(retailer.channelId);
  const { key } = await makeKey("orders:read");
  const serviceId = unique("service");
  await admin("PUT", `/v1/carrier-services/${serviceId}`, aCarrierService());
  const inboundId = unique("po");
  const inbound = {
    sku: retailer.skus[0],
    locationId: retailer.locationIds[0],
    quantity: 9,
    expectedOn: "2060-01-01",
  };
  await admin("PUT", `/v1/inbound/${inboundId}`, inbound);
  const vendorId = unique("vendor");
  await admin("PUT", `/v1/locations/${vendorId}`, aLocation({ kind: "vendor" }));
  const today = new Date().toISOString().slice(0, 10);
  await reconcileNow(admin, today);
  const simulation = await admin("POST", "/v1/sourcing/simulate", { day: today });
  const refundId = unique("refund");
  const refunded = await admin("POST", "/v1/orders", {
    channelId: retailer.channelId,
    ...canonicalPayload(anOrderOf(retailer, [1, 1])),
    refunds: [{ externalId: refundId, amount: "0.01", at: `${today}T00:00:00.000Z` }],
  });
  if (!isId("ord", order.id)) throw new Error("no order was placed");

  const requestId = await insertExport(retailer.channelId, [{ id: order.id }]);
  const parameters: Record<string, string> = {
    orderId: order.id,
    refundId,
    lineId: order.lines[0]!.id,
    fulfillmentId: order.fulfillments[0]!.id,
    shipmentId: shipped.shipments[0]!.id,
    code: "staff",
    sku: retailer.skus[0]!,
    locationId: retailer.locationIds[0]!,
    channelId: retailer.channelId,
    eventId: callbackId,
    signature: statusSignature(order.id, env.LINK_SIGNING_KEY),
    on: today,
    serviceId,
    inboundId,
    deadLetterId,
    findingId: await insertFinding(),
    notificationId: await insertHeldNotification(order.id),
    runId: await insertFailedRun(),
    requestId,
    keyId: key.id,
    reservationId: reservation.body.id,
    simulationId: simulation.body.id,
  };
  const pathOf = (endpoint: Endpoint) => {
    const isVendors = endpoint.operation.operationId === "sendStockFeed";
    const isRefunded = endpoint.operation.operationId === "itemizeRefund";
    const known = endpoint.path.replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
      const ofVendor = isVendors && name === "locationId" ? vendorId : undefined;
      const ofRefund = isRefunded && name === "orderId" ? refunded.body.id : undefined;
      const value = ofVendor ?? ofRefund ?? parameters[name];
      return value === undefined ? hole : encodeURIComponent(value);
    });
    return (
      filledPath(document, { ...endpoint, path: known }) + (QUERIES[endpoint.operation.operationId] ?? "")
    );
  };
  const QUERIES: Record<string, string> = {
    getAvailability: `?skus=${retailer.skus[0]}&channelId=${retailer.channelId}`,
    listFulfillments: `?locationId=${retailer.locationIds[0]}`,
    listInbound: `?sku=${retailer.skus[0]}`,
    listJournalEntries: `?from=${today}&to=${today}`,
    getPromiseAccuracy: `?from=${today}&to=${today}`,
    getDemandVsShipped: `?from=${today}&to=${today}`,
  };
  const units = { locationId: retailer.locationIds[0], quantity: 1 };
  const bodies: Record<string, () => unknown> = {
    putSku: () => aSku(),
    putLocation: () => aLocation(),
    putCarrierService: () => aCarrierService(),
    putChannel: () => aChannel({ kind: "shopify", currency: "USD" }),
    putInbound: () => ({ ...inbound, quantity: 7 }),
    receiveStock: () => units,
    adjustStock: () => ({ ...units, reason: "found" }),
    countStock: () => ({ locationId: units.locationId, counted: 40 }),
    sendStockFeed: () => ({
      asOf: `${today}T00:00:00.000Z`,
      items: [{ sku: retailer.skus[0], quantity: 4 }],
    }),
    createReservation: () => ({
      channelId: retailer.channelId,
      lines: [{ sku: retailer.skus[0], quantity: 1 }],
    }),
    previewSourcing: () => ({
      channelId: retailer.channelId,
      lines: [{ sku: retailer.skus[0], quantity: 1 }],
    }),
    simulateSourcing: () => ({ day: today }),
    placeOrder: () => ({ channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [1, 1])) }),
    itemizeRefund: () => ({ lines: [] }),
    cancelOrder: () => ({ reason: "changed their mind" }),
    shipFulfillment: () => ({ carrier: "UPS", reference: unique("shipment") }),
    rejectFulfillment: () => ({ reason: "damaged" }),
    deliverShipment: () => ({}),
    createApiKey: () => ({ name: "another key", scopes: ["orders:read"] }),
  };
  const bodyOf = (endpoint: Endpoint) => {
    const schema = bodySchemaOf(endpoint);
    if (!schema) return undefined;
    return bodies[endpoint.operation.operationId]?.() ?? sampleOf(document, schema);
  };
  return { admin, retailer, order, requestId, pathOf, bodyOf };
}

/** Releases the fulfillment and ships one unit, so that there is a shipment and something left to ship. */
async function shipOne(admin: Call, order: Order): Promise<Order> {
  const [fulfillment] = order.fulfillments;
  const path = `/v1/orders/${order.id}/fulfillments/${fulfillment!.id}`;
  await admin("POST", `${path}/release`);
  const lines = [{ lineId: fulfillment!.lines[0]!.lineId, quantity: 1 }];
  const parcel = { reference: unique("parcel"), lines, parcel: { weightGrams: 500 } };
  const { body: label } = await admin("POST", `${path}/labels`, parcel);
  await admin("POST", `/v1/shipments/${label.shipmentId}/ship`);
  const { body } = await admin("GET", `/v1/orders/${order.id}`);
  return body;
}

async function insertDeadLetter(): Promise<string> {
  const id = unique("letter");
  const message = { type: "fulfillment.release.v1", orderId: "ord_none", fulfillmentId: "ful_none" };
  await env.DB.prepare(
    "INSERT INTO dead_letters (id, queue, message, problem, died_at) VALUES (?1, 'fulfillment', ?2, 'x', 1)",
  )
    .bind(id, JSON.stringify(message))
    .run();
  return id;
}

async function insertHeldNotification(orderId: string): Promise<string> {
  const key = [orderId, "order_cancelled", ""];
  await env.ORDERS_00.prepare(
    `INSERT INTO notifications (order_id, kind, shipment_id, language, template, facts, status, created_at)
     VALUES (?1, ?2, ?3, 'en', 1, ?4, 'held', 1)`,
  )
    .bind(...key, JSON.stringify(unknownFacts("order_cancelled").facts))
    .run();
  return notificationIdOf(orderId as OrderId, "order_cancelled", null);
}

async function insertFinding(): Promise<string> {
  const id = unique("finding");
  await env.DB.prepare(
    `INSERT INTO recovery_findings (id, kind, subject, detail, facts, found_at)
     VALUES (?1, 'primary_restored', 'restored', 'x', '{}', 1)`,
  )
    .bind(id)
    .run();
  return id;
}

/** A run that failed: it can be read, resumed and cancelled. */
async function insertFailedRun(): Promise<string> {
  const id = idFromBytes("run", crypto.getRandomValues(new Uint8Array(17)));
  const run = { id, job: "unknown", key: id, parameters: {} };
  await insertRun(env.DB, run, Date.now());
  await env.DB.prepare("UPDATE job_runs SET status = 'failed', due_at = NULL, ended_at = 1 WHERE id = ?1")
    .bind(id)
    .run();
  return id;
}

async function insertRejectedCallback(channelId: string): Promise<string> {
  const id = unique("callback");
  await env.DB.prepare(
    `INSERT INTO inbox (channel_id, event_id, topic, received_at, outcome, problem, body)
     VALUES (?1, ?2, 'orders/create', 1, 'rejected', 'is not JSON', '{')`,
  )
    .bind(channelId, id)
    .run();
  return id;
}

/** Every row of every table, as text, to check that nothing has changed. */
export const storedRows = async (): Promise<string> =>
  (await Promise.all([env.DB, env.ORDERS_00].map(rowsOf))).join("\n");

async function rowsOf(database: D1Database): Promise<string> {
  const { results: tables } = await database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .all<{ name: string }>();
  const rows = await database.batch(tables.map(({ name }) => database.prepare(`SELECT * FROM "${name}"`)));
  return JSON.stringify(tables.map(({ name }, i) => [name, rows[i]!.results]));
}

/** Requests for everything that can be read: each GET of the OpenAPI document with its filters, and the pages. */
import { addDays } from "../../src/kernel/calendar";
import { statusSignature } from "../../src/orders/domain/status-link";
import { ORDER_STATUSES } from "../../src/directory/domain/listed-order";
import type { Config } from "../../src/platform/config";
import { seededEmail, seededIdLike } from "./seed-orders";
import { TODAY, type SeededRetailer } from "./seeded-retailer";

/** Paths with their queries, by operation. */
export type ReadingCases = Readonly<Record<string, readonly string[]>>;

/** The page size: so small that there is always another page. */
const PAGE = "limit=4";
/** The number of an old order. Reading it must not depend on the number of orders. */
const OLD = 640;

export function readingCases(
  {
    channelId,
    locationIds,
    skus,
    nthId,
    seed,
    requestId,
    reservationId,
    serviceId,
    inboundId,
    simulationId,
    printedShipmentId,
  }: SeededRetailer,
  { linkSigningKey }: Pick<Config, "linkSigningKey">,
): ReadingCases {
  const [live, old] = [nthId(1), nthId(OLD)];
  const { version } = seed.past[OLD % seed.past.length]!.rows[0]!.row;
  const label = seed.past[OLD % seed.past.length]!.rows.find(({ table }) => table === "labels")!;
  const parcel = `/v1/shipments/${seededIdLike(seed, OLD, String(label.row.shipment_id))}`;
  const link = `${old}/${statusSignature(old as `ord_${string}`, linkSigningKey)}`;
  const [from, to] = [addDays(TODAY, -4), addDays(TODAY, -2)];
  const lists = (path: string, ...queries: string[]) => queries.map((query) => `${path}?${PAGE}${query}`);
  const day = `&from=${to}&to=${to}`;
  return {
    listOrders: lists(
      "/v1/orders",
      "",
      `&channelId=${channelId}`,
      `&number=${encodeURIComponent(`#${9_000_000_000 + OLD}`)}`,
      `&email=${seededEmail(OLD)}`,
      `&sku=${skus[0]}`,
      `&q=${9_000_000_000 + OLD}`,
      `&q=${seededEmail(OLD)}&status=closed`,
      `&channelId=${channelId}&number=${9_000_000_000 + OLD}`,
      `&channelId=${channelId}&externalId=${9_000_000_000 + OLD}`,
      ...ORDER_STATUSES.flatMap((status) => [
        `&status=${status}`,
        `&status=${status}&channelId=${channelId}`,
      ]),
    ),
    getOrder: [`/v1/orders/${live}`, `/v1/orders/${old}`],
    listOrderEvents: [`/v1/orders/${old}/events?limit=${Number(version) - 1}`],
    listLabels: [`/v1/orders/${live}/labels`, `/v1/orders/${old}/labels`],
    getLabel: [`${parcel}/label`],
    getLabelPdf: [`/v1/shipments/${printedShipmentId}/label.pdf`],
    getLabelZpl: [`/v1/shipments/${printedShipmentId}/label.zpl`],
    getTracking: [`${parcel}/tracking`],
    listHeldLabels: lists("/v1/labels/held", ""),
    getOrderPromises: [`/v1/orders/${old}/promises`],
    getPromiseAccuracy: [`/v1/reports/promise-accuracy?from=${from}&to=${to}`],
    listOrderNotifications: [`/v1/orders/${old}/notifications`],
    listFulfillments: locationIds.flatMap((id) =>
      lists(
        "/v1/fulfillments",
        `&locationId=${id}`,
        ...["planned", "shipped", "delivered", "cancelled", "rejected", "picked"].map(
          (status) => `&locationId=${id}&status=${status}`,
        ),
      ),
    ),
    listStockPrices: lists("/v1/stock-prices", "", `&sku=${skus[0]}`),
    listStockMismatches: lists("/v1/channel-stock/mismatches", ""),
    listJobRuns: lists("/v1/jobs", "", "&job=reconciliation"),
    getJobRun: [`/v1/jobs/${simulationId}`],
    listDeadLetters: lists("/v1/dead-letters", "", "&show=open", "&show=all"),
    listPrivacyRequests: lists("/v1/customers/requests", "", "&show=open", "&show=all"),
    getPrivacyRequest: [`/v1/customers/requests/${requestId}`],
    getCustomerData: [`/v1/customers/requests/${requestId}/document`],
    listRecoveryFindings: lists("/v1/recovery-findings", "", "&kind=order_lost"),
    listBuckets: ["/v1/buckets"],
    listRejectedCallbacks: lists("/v1/callbacks/rejected", "", "&show=open", "&show=all"),
    listReconciliations: lists("/v1/reconciliations", ""),
    getReconciliation: [`/v1/reconciliations/${to}`],
    listJournalEntries: [
      ...lists("/v1/journal", day, `&from=${from}&to=${to}`),
      `/v1/journal?from=${from}&to=${to}&format=hledger`,
    ],
    getTrialBalance: [`/v1/trial-balance?on=${to}`, "/v1/trial-balance"],
    getDemandVsShipped: [
      "",
      `&channelId=${channelId}`,
      `&sku=${skus[0]}`,
      `&channelId=${channelId}&sku=${skus[0]}`,
    ].map((filter) => `/v1/reports/demand-vs-shipped?from=${from}&to=${to}${filter}`),
    listSkus: lists("/v1/skus", ""),
    getSku: [`/v1/skus/${skus[0]}`],
    listInbound: ["expected", "received", "cancelled"].flatMap((status) =>
      lists(
        "/v1/inbound",
        `&sku=${skus[0]}&status=${status}`,
        `&locationId=${locationIds[0]}&status=${status}`,
      ),
    ),
    getInbound: [`/v1/inbound/${inboundId}`],
    getStock: [`/v1/skus/${skus[0]}/stock`],
    getAvailability: [
      "",
      "&strong=1",
      "&countryCode=US&postalCode=40202&remember=1",
      `&countryCode=US&region=KY&shippingMethod=Ground&valueMinor=2000&quantities=${skus.map(() => 2).join()}`,
    ].map((to) => `/v1/availability?channelId=${channelId}&skus=${skus.join()}${to}`),
    listLocations: ["/v1/locations?limit=1"],
    getLocation: [`/v1/locations/${locationIds[0]}`],
    listCarrierServices: ["/v1/carrier-services?limit=1"],
    getCarrierService: [`/v1/carrier-services/${serviceId}`],
    listChannels: ["/v1/channels?limit=1"],
    getChannel: [`/v1/channels/${channelId}`],
    listApiKeys: lists("/v1/api-keys", ""),
    getOrderSourcing: [`/v1/orders/${live}/sourcing`],
    getSourcingSimulation: [`/v1/sourcing/simulations/${simulationId}`],
    getReservation: [`/v1/reservations/${reservationId}`],
    getPublicOrder: [`/v1/public/orders/${link}`],
    getHealth: ["/health"],
    "the order's page": [`/s/${link}`],
    "the mail preview": ["/mail-preview"],
    "the reconciliation page": [`/reconciliations/${to}`],
  };
}

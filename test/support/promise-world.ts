/**
 * The world of promise tests: it is Monday, and each retailer has one carrier, which delivers in one to three days.
 * `startPromiseWorld` registers the hooks that set the clock.
 */
import type { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import type { OrderEvent } from "../../src/orders/domain/order-events";
import { jobContext, runJob } from "./jobs";
import { refreshPromisesJob } from "../../src/orders/refresh-promises";
import { callerWith, unique, type Call } from "./api";
import { anOrderOf, openRetailer, type Retailer } from "./retailer";
import { canonicalPayload } from "./storefront-traffic";

/** Nine in the morning in New York, on a Monday. The locations there close at four. */
export const MONDAY = Date.UTC(2027, 1, 1, 14);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export let call: Call;

export function startPromiseWorld(): void {
  beforeAll(async () => {
    call = await callerWith("admin");
  });
  beforeEach(() => void vi.useFakeTimers({ now: MONDAY, toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());
}

export const aService = (over: Record<string, unknown> = {}) => ({
  carrier: "UPS",
  service: "Ground",
  name: "UPS Ground",
  zones: [
    {
      name: "Home",
      countries: ["US"],
      minTransitDays: 1,
      maxTransitDays: 3,
      prices: [{ upToGrams: 30_000, priceMinor: 700 }],
    },
  ],
  ...over,
});

export async function aRetailer(stock: readonly (readonly number[])[]): Promise<Retailer> {
  const retailer = await openRetailer(call, { stock, channel: { kind: "generic", secrets: undefined } });
  await call(
    "PUT",
    `/v1/carrier-services/${unique("ground")}`,
    aService({ locationIds: retailer.locationIds }),
  );
  return retailer;
}

export async function placed(retailer: Retailer, quantities: readonly number[]) {
  const order = canonicalPayload(anOrderOf(retailer, quantities));
  const { status, body } = await call("POST", "/v1/orders", { channelId: retailer.channelId, ...order });
  expect(status).toBe(201);
  return body;
}

const read = async (id: string) => (await call("GET", `/v1/orders/${id}`)).body;
/** The ship-by day, the delivery days, and why there are none. */
export const datesOf = (line: Record<string, unknown>) => [
  line.shipByOn,
  line.deliverFromOn,
  line.deliverByOn,
  line.noDate,
];
export const datesIn = async (id: string) => (await read(id)).lines.map(datesOf);
export const historyOf = async (id: string): Promise<OrderEvent[]> => {
  const { body } = await call("GET", `/v1/orders/${id}/events?limit=200`);
  return body.items.flatMap(({ events }: { events: OrderEvent[] }) => events);
};
/** The reasons of the moves of an order's promises. */
export const movesIn = async (id: string) =>
  (await historyOf(id)).flatMap((event) => (event.type === "promise.moved" ? [event.reason] : []));
/** Runs the hourly job. Returns what it counted. */
export const hourly = async (bindings: Partial<typeof env> = {}) =>
  (await runJob(jobContext(bindings), refreshPromisesJob)).progress;
export const expectInbound = (id: string, retailer: Retailer, quantity: number, expectedOn: string) =>
  call("PUT", `/v1/inbound/${id}`, {
    sku: retailer.skus[0],
    locationId: retailer.locationIds[0],
    quantity,
    expectedOn,
  });

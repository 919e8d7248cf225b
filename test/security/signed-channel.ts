/** A channel of the estate whose callbacks are signed, and what it may send. */
import { expect } from "vitest";
import { aChannel, unique } from "../support/api";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload, signedStorefrontRequest } from "../support/storefront-traffic";
import type { Estate } from "./populated-retailer";

export const SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

export async function openChannel(estate: Estate, over: Record<string, unknown> = {}): Promise<string> {
  const id = unique("shop");
  const channel = aChannel({ currency: "USD", secrets: [SECRET], locationIds: estate.retailer.locationIds });
  const made = await estate.admin("PUT", `/v1/channels/${id}`, { ...channel, ...over });
  expect(made.status).toBe(201);
  return id;
}

export const anOrder = (estate: Estate) => canonicalPayload(anOrderOf(estate.retailer, [1, 0]));

export const sign = (payload: unknown, { secret = SECRET, now = Date.now(), topic = "order.created" } = {}) =>
  signedStorefrontRequest("generic", secret, topic, payload, { id: unique("event"), now });

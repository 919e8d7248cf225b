/** A channel with a webhook secret, and callbacks signed with it. */
import { expect } from "vitest";
import { aChannel, unique } from "../support/api";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload, signedStorefrontRequest } from "../support/storefront-traffic";
import type { PopulatedRetailer } from "./populated-retailer";

export const SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

export async function openChannel(
  populated: PopulatedRetailer,
  over: Record<string, unknown> = {},
): Promise<string> {
  const id = unique("shop");
  const channel = aChannel({
    currency: "USD",
    secrets: [SECRET],
    locationIds: populated.retailer.locationIds,
  });
  const made = await populated.admin("PUT", `/v1/channels/${id}`, { ...channel, ...over });
  expect(made.status).toBe(201);
  return id;
}

export const anOrder = (populated: PopulatedRetailer) =>
  canonicalPayload(anOrderOf(populated.retailer, [1, 0]));

export const sign = (payload: unknown, { secret = SECRET, now = Date.now(), topic = "order.created" } = {}) =>
  signedStorefrontRequest("generic", secret, topic, payload, { id: unique("event"), now });

/** Marks on orders that are to be sourced again: none is lost to who is looking at the order just then. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import {
  dueReplans,
  deleteReplan,
  markForArrival,
  markForReplanStatement,
  postponeReplan,
} from "../../src/orders/storage/replans";
import { callerWith } from "../support/api";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

let orderId: `ord_${string}`;
let retailer: Retailer;
beforeAll(async () => {
  const call = await callerWith("admin");
  const channel = { kind: "generic", secrets: undefined };
  retailer = await openRetailer(call, { stock: [[3]], channel });
  const order = { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [4])) };
  orderId = (await call("POST", "/v1/orders", order)).body.id;
});

const NOW = 1_000_000;
const due = async (at = NOW) => (await dueReplans(env.DB, at, 10)).filter((each) => each.orderId === orderId);

it.each([
  ["looked at again later", false, []],
  ["looked at again at once where something happened meanwhile", true, ["closed"]],
])("is %s", async (_what, marked, expected) => {
  await env.DB.prepare("DELETE FROM replans").run();
  await markForReplanStatement(env.DB, orderId, "rejected", NOW).run();
  const [looking] = await due();
  if (marked) await markForReplanStatement(env.DB, orderId, "closed", NOW).run();
  await postponeReplan(env.DB, looking!, NOW + 30_000);
  expect((await due()).map(({ reason }) => reason)).toEqual(expected);
  expect(await due(NOW + 30_000)).toHaveLength(1);
});

it("is done with once it was looked at, unless something happened meanwhile", async () => {
  await env.DB.prepare("DELETE FROM replans").run();
  await markForReplanStatement(env.DB, orderId, "rejected", NOW).run();
  const [looking] = await due();
  await markForReplanStatement(env.DB, orderId, "closed", NOW).run();
  await deleteReplan(env.DB, looking!);
  const [again] = await due();
  expect(again).toMatchObject({ reason: "closed", marks: 2 });
  await deleteReplan(env.DB, again!);
  expect(await due()).toEqual([]);
});

it("is looked at again where what it waits for arrived meanwhile", async () => {
  await env.DB.prepare("DELETE FROM replans").run();
  await markForReplanStatement(env.DB, orderId, "rejected", NOW).run();
  const [looking] = await due();
  const [locationId, sku] = [retailer.locationIds[0]!, retailer.skus[0]!];
  await markForArrival(env.DB, { locationId, sku, now: NOW, limit: 10 });
  await deleteReplan(env.DB, looking!);
  expect((await due()).map(({ reason }) => reason)).toEqual(["stock_arrived"]);
});

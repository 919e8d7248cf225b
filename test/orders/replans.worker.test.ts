/** Marks for a replan: a mark that is made while its order is replanned is not lost. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
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
const due = async (at = NOW) =>
  (await dueReplans(env.ORDERS_00, at, 10)).filter((each) => each.orderId === orderId);

describe("an order that is marked for a replan", () => {
  it.each([
    { name: "is due later if its replan is postponed", marked: false, dueNow: [] },
    {
      name: "stays due if it is marked again before its replan is postponed",
      marked: true,
      dueNow: ["closed"],
    },
  ])("$name", async ({ marked, dueNow }) => {
    await env.ORDERS_00.prepare("DELETE FROM replans").run();
    await markForReplanStatement(env.ORDERS_00, orderId, "rejected", NOW).run();
    const [replan] = await due();
    if (marked) await markForReplanStatement(env.ORDERS_00, orderId, "closed", NOW).run();
    await postponeReplan(env.ORDERS_00, replan!, NOW + 30_000);
    expect((await due()).map(({ reason }) => reason)).toEqual(dueNow);
    expect(await due(NOW + 30_000)).toHaveLength(1);
  });

  it("is not due after its replan, unless it was marked again meanwhile", async () => {
    await env.ORDERS_00.prepare("DELETE FROM replans").run();
    await markForReplanStatement(env.ORDERS_00, orderId, "rejected", NOW).run();
    const [replan] = await due();
    await markForReplanStatement(env.ORDERS_00, orderId, "closed", NOW).run();
    await deleteReplan(env.ORDERS_00, replan!);
    const [again] = await due();
    expect(again).toMatchObject({ reason: "closed", marks: 2 });
    await deleteReplan(env.ORDERS_00, again!);
    expect(await due()).toEqual([]);
  });

  it("stays due if stock arrived during its replan", async () => {
    await env.ORDERS_00.prepare("DELETE FROM replans").run();
    await markForReplanStatement(env.ORDERS_00, orderId, "rejected", NOW).run();
    const [replan] = await due();
    const [locationId, sku] = [retailer.locationIds[0]!, retailer.skus[0]!];
    await markForArrival(env.ORDERS_00, { locationId, sku, now: NOW, limit: 10 });
    await deleteReplan(env.ORDERS_00, replan!);
    expect((await due()).map(({ reason }) => reason)).toEqual(["stock_arrived"]);
  });
});

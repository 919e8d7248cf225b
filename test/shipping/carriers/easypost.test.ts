/**
 * The EasyPost adapter: recordings that EasyPost publishes with its clients are replayed, its own webhook signature is
 * verified. easypost-server.test.ts has answers that no good server gives.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEasyPost } from "../../../src/shipping/carriers/easypost/adapter";
import { Tracker, updateOf } from "../../../src/shipping/carriers/easypost/payload";
import { DETAILS, STATUSES, trackingStatusOf } from "../../../src/shipping/carriers/easypost/statuses";
import { inches, ounces } from "../../../src/shipping/carriers/easypost/units";
import { parseEasyPostWebhook, signEasyPost } from "../../../src/shipping/carriers/easypost/webhook";
import type { Fetch } from "../../../src/shipping/carrier-adapter";
import { chooseRate } from "../../../src/shipping/domain/choose-rate";
import type { Label, LabelRequest } from "../../../src/shipping/domain/label";
import { aLabel } from "../../support/a-label";
import { anAddress } from "../../support/an-order";

const FIXTURES = "test/fixtures/easypost";
const WEBHOOK_SECRET = "sécret";

type Recorded = {
  request: { method: string; url: string; body: unknown };
  response: { status: number; body: Record<string, unknown> };
};
const recording = (name: string): Recorded[] => JSON.parse(readFileSync(`${FIXTURES}/${name}.json`, "utf8"));

/** Answers each call as it was recorded. Calls with another method or address fail. */
function replay(exchanges: readonly Recorded[]): { fetch: Fetch; sent: { path: string; body: unknown }[] } {
  const left = [...exchanges];
  const sent: { path: string; body: unknown }[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    const next = left.shift();
    const method = init.method ?? "GET";
    if (next?.request.url !== url || next.request.method !== method)
      throw new Error(`not recorded: ${method} ${url}`);
    sent.push({
      path: new URL(url).pathname,
      body: JSON.parse(typeof init.body === "string" ? init.body : "null"),
    });
    return Response.json(next.response.body, { status: next.response.status });
  }) as Fetch;
  return { fetch, sent };
}

const adapterWith = (fetch: Fetch, over = {}) =>
  createEasyPost({ apiKey: "EZTK", webhookSecret: WEBHOOK_SECRET, fetch, ...over });

const SAN_FRANCISCO: LabelRequest = {
  reference: "shp_1.1",
  parcelReference: "box",
  from: {
    ...anAddress,
    name: "Jack Sparrow",
    line1: "388 Townsend St",
    city: "San Francisco",
    region: "CA",
    postalCode: "94107",
    countryCode: "US",
  },
  to: {
    ...anAddress,
    name: "Elizabeth Swan",
    line1: "179 N Harbor Dr",
    city: "Redondo Beach",
    region: "CA",
    postalCode: "90277",
    countryCode: "US",
  },
  parcel: { weightGrams: 437, lengthMm: 254, widthMm: 203, heightMm: 102, lines: [] },
};

describe("EasyPost's recordings", () => {
  it("are a purchase: prices, then the label of the chosen one", async () => {
    const { fetch, sent } = replay(recording("buy-shipment"));
    const easypost = adapterWith(fetch);
    const offers = await easypost.rates(SAN_FRANCISCO);
    if (offers.outcome !== "ok") throw new Error(offers.outcome);
    expect(offers.value.handle).toBe("shp_c19ef39504854bdeb0647fe46d9aa6ae");
    const rate = chooseRate(offers.value.rates, null, true);
    if (!rate.ok) throw new Error(rate.rejection.code);
    expect(rate.value).toEqual({
      id: "rate_1417b8ba15e0420287f0249d36bb0ef6",
      carrier: "USPS",
      service: "GroundAdvantage",
      costMinor: 593,
      currency: "USD",
      transitDays: 3,
    });
    const { handle } = offers.value;
    const bought = await easypost.buy({ handle, rate: rate.value, request: SAN_FRANCISCO, tries: 0 });
    expect(bought).toMatchObject({ outcome: "ok", value: { trackingNumber: "9400100110368068953228" } });
    expect(sent[0]!.body).toMatchObject({
      shipment: {
        reference: "shp_1.1",
        parcel: { weight: 15.5, length: 10, width: 8, height: 4.1 },
        to_address: { street1: "179 N Harbor Dr", zip: "90277", state: "CA", country: "US" },
      },
    });
    expect(sent[1]).toEqual({
      path: "/v2/shipments/shp_c19ef39504854bdeb0647fe46d9aa6ae/buy",
      body: { rate: { id: "rate_1417b8ba15e0420287f0249d36bb0ef6" } },
    });
  });

  it("are a void, which the carrier has accepted", async () => {
    const [created, refunded] = recording("refund-shipment");
    const { fetch } = replay([refunded!]);
    const handle = String(created!.response.body["id"]);
    const label = aLabel({ handle, trackingNumber: "9400100110368068953341" });
    expect(await adapterWith(fetch).void(label)).toEqual({ outcome: "ok", value: null });
  });

  it("show what EasyPost has of a purchase: bought, voided, nothing", async () => {
    const [created, bought] = recording("buy-shipment");
    const [, refunded] = recording("refund-shipment");
    const find = (body: Record<string, unknown>) =>
      adapterWith(async () => Response.json(body)).find({ ...aLabel(), tries: 1 });
    expect(await find(bought!.response.body)).toMatchObject({ value: { state: "bought" } });
    expect(await find(refunded!.response.body)).toMatchObject({ value: { state: "voided" } });
    expect(await find(created!.response.body)).toMatchObject({ value: { state: "none" } });
  });

  it("are a refusal, with its reason", async () => {
    const { fetch } = replay(recording("error"));
    expect(await adapterWith(fetch).rates(SAN_FRANCISCO)).toEqual({
      outcome: "rejected",
      reason: "PARAMETER.REQUIRED: Missing required parameter.: shipment cannot be blank",
    });
  });

  it("are a tracker with its scans", async () => {
    const { fetch, sent } = replay(recording("create-tracker"));
    const label: Label = aLabel({
      trackingNumber: "EZ1000000001",
      rate: { ...aLabel().rate, carrier: "USPS" },
    });
    const tracked = await adapterWith(fetch).track(label, Date.now());
    expect(sent[0]!.body).toEqual({ tracker: { tracking_code: "EZ1000000001", carrier: "USPS" } });
    expect(tracked).toEqual({
      outcome: "ok",
      value: {
        estimatedAt: Date.parse("2024-07-30T16:06:32Z"),
        scans: [
          {
            at: Date.parse("2024-06-30T16:06:32Z"),
            status: "label_created",
            detail: "Pre-Shipment Info Sent to USPS",
            place: null,
          },
          {
            at: Date.parse("2024-07-01T04:43:32Z"),
            status: "label_created",
            detail: "Shipping Label Created",
            place: "HOUSTON, TX",
          },
        ],
      },
    });
  });
});

describe("EasyPost's callbacks", () => {
  const body = new Uint8Array(readFileSync(`${FIXTURES}/tracker-updated-event.json`));
  const bytes = body.at(-1) === 10 ? body.slice(0, -1) : body;
  const signature = "hmac-sha256-hex=38f3f53c103713df81616a0a186d77141957323ec21d5fe9363db93840f527db";
  const parse = (given: Uint8Array, header: string | null, secret = WEBHOOK_SECRET) =>
    parseEasyPostWebhook(secret, {
      headers: new Headers(header === null ? {} : { "x-hmac-signature": header }),
      body: given,
    });
  const signed = (value: unknown) => {
    const text = new TextEncoder().encode(JSON.stringify(value));
    return parse(text, signEasyPost(WEBHOOK_SECRET, text));
  };

  it("have the signature that EasyPost's own clients expect, with a secret beyond ASCII", () => {
    const parsed = parse(bytes, signature);
    expect(parsed).toMatchObject({ outcome: "tracked", parcel: { trackingNumber: "1" } });
    if (parsed.outcome !== "tracked") return;
    expect(parsed.parcel.update.scans.map(({ status }) => status)).toEqual([
      "label_created",
      ...Array.from({ length: 6 }, () => "in_transit"),
    ]);
  });

  it("are refused with another body, secret or signature", () => {
    const invalid = { outcome: "invalid_signature" };
    const rewritten = new TextEncoder().encode(
      JSON.stringify(JSON.parse(new TextDecoder().decode(bytes))) + " ",
    );
    expect(parse(rewritten, signature)).toEqual(invalid);
    expect(parse(bytes, signature, "secret")).toEqual(invalid);
    expect(parse(bytes, null)).toEqual(invalid);
    expect(parse(bytes, signature.replace("hmac-sha256-hex=", ""))).toEqual(invalid);
    expect(parse(bytes, signEasyPost("", bytes), "")).toEqual(invalid);
  });

  it("are verified over the bytes: a weight of 136.0 keeps its form", () => {
    const text = new TextEncoder().encode(
      '{"description":"tracker.updated","result":{"tracking_code":"9","weight":136.0}}',
    );
    expect(parse(text, signEasyPost(WEBHOOK_SECRET, text))).toMatchObject({ outcome: "tracked" });
  });

  it("about anything else are ignored, and unreadable ones are named", () => {
    expect(signed({ description: "batch.updated", result: {} })).toEqual({ outcome: "ignored" });
    expect(signed({ description: "tracker.updated", result: null })).toMatchObject({ outcome: "unreadable" });
    expect(signed([1])).toMatchObject({ outcome: "unreadable" });
  });
});

describe("EasyPost's states", () => {
  // https://docs.easypost.com/docs/trackers, November 2026.
  const DOCUMENTED = [
    "unknown",
    "pre_transit",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "available_for_pickup",
    "return_to_sender",
    "failure",
    "cancelled",
    "error",
  ];
  it("are all on our scale, and no others", () => {
    expect(Object.keys(STATUSES).toSorted()).toEqual(DOCUMENTED.toSorted());
    expect(trackingStatusOf("teleported", null)).toBeUndefined();
    expect(trackingStatusOf("toString", null)).toBeUndefined();
  });

  const CASES = [
    { status: "failure", detail: "lost", is: "lost" },
    { status: "in_transit", detail: "return", is: "returned" },
    { status: "in_transit", detail: "delivery_exception", is: "attempt_failed" },
    { status: "in_transit", detail: "arrived_at_pickup_location", is: "ready_for_pickup" },
    { status: "in_transit", detail: "weather_delay", is: "in_transit" },
    { status: "in_transit", detail: "constructor", is: "in_transit" },
    { status: "delivered", detail: "arrived_at_pickup_location", is: "delivered" },
    { status: "return_to_sender", detail: "return", is: "returned" },
    { status: "unknown", detail: "lost", is: null },
  ];
  it.each(CASES)("$status with $detail is $is", ({ status, detail, is }) => {
    expect(trackingStatusOf(status, detail)).toBe(is);
  });
  it("have a status for every detail that changes one", () => {
    for (const detail of Object.keys(DETAILS)) expect(trackingStatusOf("failure", detail)).not.toBeNull();
  });

  const tracker = (value: Record<string, unknown>) =>
    updateOf(Tracker.parse({ tracking_code: "9", ...value }));
  it("of a scan without a time or a status are left out, the others are kept", () => {
    const tracking_details = [
      { status: "in_transit", datetime: null },
      { status: "in_transit", datetime: "yesterday" },
      { status: null, datetime: "2026-11-23T10:00:00Z" },
      { status: "in_transit", datetime: "2026-11-23T10:00:00Z", tracking_location: null },
    ];
    expect(tracker({ tracking_details }).scans).toHaveLength(1);
    expect(tracker({}).scans).toEqual([]);
  });
  it("of the tracker count if no scan has them", () => {
    const update = tracker({ status: "delivered", updated_at: "2026-11-24T10:00:00Z", tracking_details: [] });
    expect(update.scans.map(({ status }) => status)).toEqual(["delivered"]);
  });
  it("that are not documented are named", () => {
    expect(tracker({ status: "teleported", tracking_details: null })).toMatchObject({
      unread: ["teleported"],
    });
  });
});

describe("EasyPost's units", () => {
  it("are never less than the parcel, nor nothing", () => {
    expect(ounces(1)).toBe(0.1);
    expect(ounces(28)).toBe(1);
    expect(ounces(29)).toBe(1.1);
    expect(inches(254)).toBe(10);
    expect(inches(1)).toBe(0.1);
  });
});

describe("the label to print", () => {
  const print = (label_pdf_url: string | null, answer: () => Response) => {
    const body = { id: "shp_9", tracking_code: "9400", postage_label: { label_pdf_url } };
    const fetch = (async (url: string) =>
      url.startsWith("https://api.easypost.com/") ? Response.json(body) : answer()) as Fetch;
    return adapterWith(fetch).document(aLabel({ handle: "shp_9" }), "pdf");
  };
  const HOST = "https://easypost-files.s3.us-west-2.amazonaws.com";

  it("is read from EasyPost's files, and from nowhere else", async () => {
    expect(await print(`${HOST}/l.pdf`, () => new Response("%PDF"))).toMatchObject({ outcome: "ok" });
    for (const url of [
      "https://evil.example/easypost.com",
      "http://169.254.169.254/",
      `http://${HOST.slice(8)}/x`,
      "https://easypost-files.s3.evil.com/x",
      "nonsense",
    ])
      expect(await print(url, () => new Response("%PDF"))).toMatchObject({ outcome: "rejected" });
  });

  it("is missing if EasyPost has none, or cannot be read now", async () => {
    expect(await print(null, () => new Response(""))).toMatchObject({ outcome: "rejected" });
    expect(await print(`${HOST}/l.pdf`, () => new Response("", { status: 503 }))).toMatchObject({
      outcome: "unknown",
    });
  });
});

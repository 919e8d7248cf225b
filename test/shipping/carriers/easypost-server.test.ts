/** The EasyPost adapter against a local server that answers as no good server does. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEasyPost } from "../../../src/shipping/carriers/easypost/adapter";
import { aLabel } from "../../support/a-label";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let answers: Answer[] = [];
let asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    (answers.shift() ?? ((_request, last) => void last.writeHead(500).end()))(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [];
  asked = [];
});

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));

const local = () => {
  const { port } = server.address() as AddressInfo;
  return createEasyPost({
    apiKey: "EZTK",
    webhookSecret: "",
    fetch,
    baseUrl: `http://127.0.0.1:${port}`,
    timeoutMs: 300,
  });
};
const purchase = { ...aLabel({ handle: "shp_9" }), tries: 0 };
const SOLD = { id: "shp_9", tracking_code: "9400", postage_label: { label_url: null } };

describe("an answer that says nothing", () => {
  const CASES: readonly Readonly<{ name: string; answer: Answer; afterMs?: number }>[] = [
    { name: "429 with Retry-After", answer: json({}, 429, { "retry-after": "120" }), afterMs: 120_000 },
    {
      name: "429 that asks for a day",
      answer: json({}, 429, { "retry-after": "86400" }),
      afterMs: 3_600_000,
    },
    { name: "500", answer: json({ error: { code: "INTERNAL", message: "?" } }, 500) },
    { name: "503 of a proxy", answer: (_r, response) => void response.writeHead(503).end("<html>") },
    { name: "401", answer: json({ error: { code: "UNAUTHORIZED", message: "key" } }, 401) },
    { name: "a redirection", answer: json({}, 302, { location: "http://127.0.0.1:1/" }) },
    { name: "200 that is no JSON", answer: (_r, response) => void response.writeHead(200).end("{") },
    { name: "200 without a label", answer: json({ id: "shp_9", tracking_code: null, postage_label: null }) },
    { name: "200 of another form", answer: json([]) },
    {
      name: "half of an answer",
      answer: (_r, response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write('{"id":"shp_9"');
        setTimeout(() => response.destroy(), 20);
      },
    },
    { name: "no answer", answer: () => undefined },
    {
      name: "an answer without end",
      answer: (_r, response) => {
        response.writeHead(200);
        const more = setInterval(() => response.write("x".repeat(500_000)), 5);
        response.on("close", () => clearInterval(more));
      },
    },
  ];
  it.each(CASES)("leaves open whether the label was bought: $name", async ({ answer, afterMs = 0 }) => {
    answers = [answer];
    expect(await local().buy(purchase)).toMatchObject({ outcome: "unknown", afterMs });
  });
});

describe("an answer that refuses", () => {
  it("is a rejection with its reason, also with status 200", async () => {
    const error = { code: "SHIPMENT.POSTAGE.FAILURE", message: "Insufficient funds" };
    for (const status of [402, 422, 200]) {
      answers = [json({ error }, status)];
      expect(await local().buy(purchase)).toEqual({
        outcome: "rejected",
        reason: "SHIPMENT.POSTAGE.FAILURE: Insufficient funds",
      });
    }
  });

  it("of a shipment that is bought already is its label", async () => {
    answers = [json({ error: { code: "SHIPMENT.POSTAGE.EXISTS", message: "bought" } }, 422), json(SOLD)];
    expect(await local().buy(purchase)).toMatchObject({ outcome: "ok", value: { trackingNumber: "9400" } });
    expect(asked).toEqual(["POST /shipments/shp_9/buy", "GET /shipments/shp_9"]);
  });

  it("of prices names why no carrier offers any", async () => {
    answers = [
      json({
        id: "shp_9",
        rates: [],
        messages: [{ carrier: "USPS", type: "rate_error", message: "weight over 70 lbs" }],
      }),
    ];
    expect(await local().rates(aLabel().request)).toEqual({
      outcome: "rejected",
      reason: "USPS: weight over 70 lbs",
    });
    answers = [json({ id: "shp_9", rates: [] })];
    expect(await local().rates(aLabel().request)).toMatchObject({ outcome: "rejected" });
  });
});

describe("a void", () => {
  const CASES = [
    { refund_status: "submitted", outcome: "ok" },
    { refund_status: "refunded", outcome: "ok" },
    { refund_status: "not_applicable", outcome: "ok" },
    { refund_status: "rejected", outcome: "rejected" },
    { refund_status: null, outcome: "rejected" },
  ];
  it.each(CASES)("whose refund is $refund_status: $outcome", async ({ refund_status, outcome }) => {
    answers = [json({ ...SOLD, refund_status })];
    expect(await local().void(aLabel({ handle: "shp_9" }))).toMatchObject({ outcome });
  });

  it("that is refused as a repeat is looked up", async () => {
    answers = [
      json({ error: { code: "REFUND.INVALID", message: "again" } }, 422),
      json({ ...SOLD, refund_status: "submitted" }),
    ];
    expect(await local().void(aLabel({ handle: "shp_9" }))).toMatchObject({ outcome: "ok" });
  });
});

/**
 * Text that is code elsewhere, such as in a browser, a mail, hledger, a spreadsheet, a terminal or an HTTP header, stays
 * text.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OrderId } from "../../src/kernel/ids";
import { reasonToSkip } from "../../src/notifications/domain/notification-text";
import { textOfStored } from "../../src/notifications/text-of-stored";
import { notificationsOfOrder } from "../../src/notifications/storage/notifications";
import { renderNotification } from "../support/render-notification";
import { statusSignature } from "../../src/orders/domain/status-link";
import { reconcileNow } from "../support/jobs";
import { aLine, anOrder, aShipment } from "../support/an-order";
import { fetchWorker, makeKey, unique, type Call } from "../support/api";
import { databasesWith } from "../support/faulty-bindings";
import { endpointsOf, type Document } from "../support/openapi-samples";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";
import { openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";
import { captureLogs, startTestWorker } from "./test-worker";

const MARKUP = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  "</title></style></pre><svg onload=alert(1)>",
  "<!--><iframe srcdoc='<script>alert(1)</script>'>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "<a href=javascript:alert(1)>x</a>",
  "<base href=//evil.example><form action=//evil.example><button>",
  "<meta http-equiv=refresh content='0;url=//evil.example'>",
];
const ALL_MARKUP = MARKUP.join(" ");

const document: Document = await (await fetchWorker("/openapi.json")).json();
const originalConsole = { ...console };
const logs = captureLogs();
const testWorker = startTestWorker();
let populated: PopulatedRetailer;
let token: string;
let admin: Call;
beforeAll(async () => {
  populated = await openPopulatedRetailer(document);
  ({ token } = await makeKey("admin"));
  admin = testWorker.callAs(token);
});
afterAll(() => {
  Object.assign(console, originalConsole);
});

const LINK_ATTRIBUTES = ["href", "src", "action", "srcset", "formaction", "srcdoc", "style", "http-equiv"];
const ELEMENTS =
  "html head meta title style body main header h1 h2 p br ul ol li dl dt dd div span strong section article time a pre table thead tbody tr th td";

/** Parts of a page that we never write: unknown elements, event handlers, links to other hosts. */
async function foreignIn(html: Response): Promise<string[]> {
  const found: string[] = [];
  const known = new Set(ELEMENTS.split(" "));
  const rewriter = new HTMLRewriter().on("*", {
    element: (element) => {
      if (!known.has(element.tagName)) found.push(element.tagName);
      for (const [name = "", value = ""] of element.attributes) {
        if (name.startsWith("on")) found.push(`${element.tagName} ${name}`);
        if (
          LINK_ATTRIBUTES.includes(name) &&
          !/^(https:\/\/(aftercart|carrier)|\/mail-preview|font:)/.test(value)
        ) {
          found.push(`${element.tagName} ${name}=${value}`);
        }
      }
    },
    comments: ({ text }) => void found.push(`comment ${text}`),
  });
  await rewriter.transform(html).text();
  return found;
}

const anApiOrder = (over: object = {}) => {
  const order = canonicalPayload(anOrderOf(populated.retailer, [2, 0]));
  return { channelId: populated.retailer.channelId, ...order, ...over };
};

/** Creates and ships an order with markup in every text that a caller may write. */
async function orderOfMarkup() {
  const order = anApiOrder();
  const address = {
    name: ALL_MARKUP,
    company: ALL_MARKUP,
    line1: ALL_MARKUP,
    city: MARKUP[0],
    region: MARKUP[1]!.slice(0, 30),
    postalCode: "<b>",
    countryCode: "DE",
  };
  const { status, body } = await admin("POST", "/v1/orders", {
    ...order,
    number: MARKUP[1],
    customerName: ALL_MARKUP,
    email: "a@example.com",
    shippingAddress: address,
    shippingMethod: ALL_MARKUP,
    note: ALL_MARKUP,
    lines: order.lines.map((line) => ({ ...line, title: ALL_MARKUP })),
  });
  expect(status).toBe(201);
  const path = `/v1/orders/${body.id}/fulfillments/${body.fulfillments[0].id}`;
  await admin("POST", `${path}/release`);
  const label = { carrier: MARKUP[0], service: MARKUP[2], trackingNumber: MARKUP[1] };
  const shipped = await admin("POST", `${path}/shipments`, {
    ...label,
    trackingUrl: `https://carrier.example/?q="><script>alert(1)</script>'onload='`,
  });
  expect(shipped.status).toBe(200);
  await testWorker.deliver();
  return body.id as OrderId;
}

describe("markup from a caller", () => {
  it("stays text on the customer's page, in the mail preview and in the mails", async () => {
    const id = await orderOfMarkup();
    const page = await fetchWorker(`/s/${id}/${statusSignature(id, env.LINK_SIGNING_KEY)}`);
    expect(page.status).toBe(200);
    expect(await foreignIn(page)).toEqual([]);
    const preview = await fetchWorker("/mail-preview");
    expect(preview.status).toBe(200);
    expect(await foreignIn(preview)).toEqual([]);
    const stored = (await notificationsOfOrder(env.ORDERS_00, id))!;
    const mails = stored.map((each) =>
      textOfStored({ publicUrl: "https://aftercart.test", linkSigningKey: "k" }, each)!,
    );
    expect(mails.length).toBeGreaterThan(1);
    for (const { html } of mails) expect(await foreignIn(new Response(html))).toEqual([]);
  });

  it("stays text in the report of the nightly close", async () => {
    const on = new Date().toISOString().slice(0, 10);
    await env.DB.prepare(
      `INSERT INTO inbox (channel_id, event_id, topic, received_at, outcome, problem, body)
       VALUES (?1, ?2, ?2, ?3, 'rejected', ?2, ?2)`,
    )
      .bind(MARKUP[0]!, ALL_MARKUP, Date.now())
      .run();
    await reconcileNow(admin, on);
    const pages = [
      await fetchWorker(`/reconciliations/${on}`),
      await fetchWorker(`/v1/reconciliations/${on}`, {
        headers: { authorization: `Bearer ${token}`, accept: "text/html" },
      }),
    ];
    for (const page of pages) {
      expect(page.headers.get("content-type")).toContain("text/html");
      const copy = page.clone();
      expect(await foreignIn(page)).toEqual([]);
      expect(await copy.text()).toContain("&lt;script&gt;");
    }
  });

  it("could not run: every page forbids scripts and frames", async () => {
    for (const path of [
      "/mail-preview",
      `/s/${populated.order.id}/x`,
      `/s/${populated.order.id}/${statusSignature(populated.order.id as OrderId, env.LINK_SIGNING_KEY)}`,
      "/nowhere",
    ]) {
      const { headers } = await fetchWorker(path);
      const policy = headers.get("content-security-policy")!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("script-src");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/);
    }
  });
});

const BREAKS = ["\r\nBcc: victim@example.com\r\n\r\n<html>", "\nX: 1", "\u2028X", "\u0085X", "\u0000X"];

describe("a line break from a caller", () => {
  it.each(BREAKS)("starts neither a mail header nor a paragraph: %j", (text) => {
    const number = `#1${text}`;
    const line = aLine(`Mug${text}`, { id: "line_1", ordered: 1, shipped: 1 });
    const shipment = aShipment("shp_1", [["line_1", 1]], {
      carrier: `UPS${text}`,
      trackingNumber: text,
      trackingUrl: `https://carrier.example/${text}`,
    });
    const order = anOrder({ number, customerName: `Ada${text}`, lines: [line], shipments: [shipment] });
    for (const kind of ["order_received", "order_shipped", "order_delivered", "order_cancelled"] as const) {
      const mail = renderNotification({
        kind,
        order,
        shipmentId: "shp_1",
        shopName: `Shop${text}`,
        statusUrl: "https://aftercart.test/s",
      });
      expect(mail.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(mail.text).not.toMatch(/^(?:Bcc:|X)/m);
      expect(mail.text).not.toMatch(/[\p{Cc}--\n]|[\p{Zl}\p{Zp}]/v);
    }
  });

  it.each([
    "a@example.com\r\nBcc: victim@example.com",
    "a@example.com, victim@example.com",
    "a@example.com;victim@example.com",
    "a@example.com victim@example.com",
    "Ada <a@example.com>",
    '"victim@example.com, " <a@example.com>',
    "a@b@example.com",
    "@example.com",
    "a@",
    "not an address",
    "a@example.com\u0000",
    "a@example.com\u2028b",
  ])("or a second address makes an email address unusable: %j", (email) => {
    expect(reasonToSkip({ kind: "order_received", order: anOrder({ email }) })).toBe(
      "no usable email address",
    );
  });

  it.each([
    "a@example.com",
    "a.b+c_d-e@mail.example.co.uk",
    "ä@exämple.de",
    "o'brien@example.com",
    "a@xn--exmple-cua.de",
  ])("is not found in a usable email address: %s", (email) => {
    expect(reasonToSkip({ kind: "order_received", order: anOrder({ email }) })).toBeNull();
  });

  it("is in no header of an answer", async () => {
    for (const id of ["a b", "a;b", "<script>", "x".repeat(300), "a\tb", "é"]) {
      const { headers } = await fetchWorker("/nowhere", { headers: { "x-request-id": id } });
      expect(headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
    }
    for (const path of ["/%0d%0aset-cookie:a=b", "/s/%0d%0ax:1/%0d%0ay:2", "/v1/skus/%0d%0aset-cookie:a=b"]) {
      const response = await fetchWorker(path, { headers: { authorization: `Bearer ${token}` } });
      expect(
        [...response.headers.keys()].filter((name) => ["set-cookie", "x", "location"].includes(name)),
      ).toEqual([]);
    }
  });
});

describe("a formula or a comment from a caller", () => {
  it("stays text in the journal export", async () => {
    const hostile = [
      "=1+1",
      "+1",
      "-1",
      "@SUM(A1)",
      "=cmd|' /C calc'!A0",
      "x;y",
      "x|y",
      "x) * (y",
      "! x",
      "a  b ; c",
      "include x",
    ];
    const [locationId] = populated.retailer.locationIds;
    for (const text of hostile) {
      const sku = `${text}${unique("")}`;
      const path = `/v1/skus/${encodeURIComponent(sku)}`;
      await admin("PUT", path, { title: text, weightGrams: 1, unitCostMinor: 100, policy: "deny" });
      const { status } = await admin("POST", `${path}/receipts`, {
        locationId,
        quantity: 1,
        ref: `${text}${unique("")}`,
      });
      expect(status).toBe(200);
      await admin(
        "POST",
        "/v1/orders",
        anApiOrder({ number: text, externalId: unique(text), customerName: text }),
      );
    }
    await testWorker.deliver();
    // The entry of a movement is delivered by the SKU's object, so it appears later.
    const on = new Date().toISOString().slice(0, 10);
    const read = async () => {
      const headers = { authorization: `Bearer ${token}`, accept: "text/plain" };
      return (await fetchWorker(`/v1/journal?from=${on}&to=${on}`, { headers })).text();
    };
    const entries = (journal: string) => journal.split("\n").filter((line) => /^\d/.test(line));
    let journal = await read();
    for (let i = 0; i < 100 && !hostile.every((text) => journal.includes(text.slice(0, 1))); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      journal = await read();
    }
    const account = /^ {4}[a-z][a-z:-]+ {2,}-?\d+(\.\d+)? [A-Z]{3}$/;
    const entry = /^\d{4}-\d\d-\d\d \([^();|]+\) [\p{L}][^();|]*( {2}; order:ord_\w+)?$/u;
    const declared = /^(commodity 1000\.\d* [A-Z]{3}|account [a-z:-]+|)$/;
    const unknown = journal
      .split("\n")
      .filter((line) => ![account, entry, declared].some((form) => form.test(line)));
    expect(unknown).toEqual([]);
    expect(entries(journal).length).toBeGreaterThan(hostile.length);
  });

  it("reaches no spreadsheet: no operation exports one", () => {
    // If one does, add a test of its cells here.
    const types = endpointsOf(document).flatMap(({ operation }) =>
      Object.values(operation.responses ?? {}).flatMap(({ content }) => Object.keys(content ?? {})),
    );
    expect([...new Set(types)].toSorted()).toEqual([
      "application/json",
      "application/pdf",
      "application/problem+json",
      "text/html",
      "text/plain",
    ]);
  });
});

const CONTROL = '\u001b[31mred\u001b[0m\r\n{"level":"info"}\u009b2J\u0007\u2028next\u2029\u202egnp.exe\u0000';

describe("a log", () => {
  const sources = import.meta.glob<string>("../../src/**/*.{ts,tsx}", {
    query: "?raw",
    import: "default",
    eager: true,
  });

  it("is written only as lines of JSON", () => {
    const others = Object.entries(sources).flatMap(([path, source]) =>
      [...source.matchAll(/\bconsole\b.*/g)].flatMap(([line]) =>
        /^console\.(?:log|error)\(\s*(?:logLine\(|$)/.test(line) ? [] : [`${path}: ${line}`],
      ),
    );
    expect(others).toEqual([]);
  });

  it("has one line for each entry, whatever text from a caller is in it", async () => {
    const before = logs.lines.length;
    const failing = (message: string) =>
      startTestWorker({
        ...databasesWith(() => () => Promise.reject(Object.assign(new Error(message), { name: CONTROL }))),
      });
    const order = anApiOrder({ number: CONTROL, customerName: CONTROL });
    await failing(CONTROL).callAs(token)("POST", `/v1/orders?${encodeURIComponent(CONTROL)}`, order);
    const broken = startTestWorker();
    for (const type of ["stock.effect.v1", "order.create.v1", CONTROL]) {
      const effect = { type: "ship", ref: CONTROL, holder: CONTROL };
      const body = {
        type,
        sku: CONTROL,
        effect,
        order: { channelId: CONTROL, externalId: CONTROL },
        receivedAt: 1,
      };
      await broken.bindings.STOCK_QUEUE!.send(body);
    }
    await broken.deliver();
    await expect(testWorker.cron(CONTROL)).rejects.toThrow("no job for the cron");
    await failing(CONTROL).deliver();
    const lines = logs.lines.slice(before);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.filter((line) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line))).toEqual([]);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), message: expect.any(String) });
  });
});

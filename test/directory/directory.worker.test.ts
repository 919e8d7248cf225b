import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { directoryAsOf } from "../../src/directory/as-of";
import { comparisonJob } from "../../src/directory/compare-directory";
import { markReplayed, storeDeadLetter } from "../../src/platform/dead-letters/dead-letter-rows";
import { acknowledgeOutbox, insertOutboxRow } from "../../src/platform/outbox/outbox-rows";
import { databaseAway } from "../support/faulty-bindings";
import { projectionOf } from "../../src/directory/domain/project-order";
import type { OrderFilters } from "../../src/directory/domain/match";
import { findOrders } from "../../src/directory/storage/find-orders";
import { projectionStatements, removalStatement } from "../../src/directory/storage/listed-orders";
import { projectChangedOrders } from "../../src/directory/project-orders";
import { orderChanged } from "../../src/directory/queue-messages";
import type { Order } from "../../src/orders/domain/order";
import { orderIdOf } from "../../src/kernel/ids";
import { anAddress, aLine, anOrder, aShipment } from "../support/an-order";
import { finishJobs, jobContext, runJob } from "../support/jobs";
import { callerWith } from "../support/api";
import { storeListedOrder, storeOrder } from "../support/store-order";

const directory = env.DIRECTORY;
const context = () => createContext(env, { waitUntil: () => undefined }, "test");

const project = async (orders: Order | readonly Order[], overwrites: "newer" | "sameOrNewer" = "newer") => {
  const rows = [orders].flat().map((order) => projectionOf(order, order.placedAt));
  const statements = projectionStatements(directory, rows, overwrites);
  const done = await directory.batch(statements);
  return done.reduce((sum, { meta }) => sum + meta.rows_written, 0);
};

const numbered = (n: number, over: Partial<Order> = {}): Order =>
  anOrder({
    id: orderIdOf("directory", String(n)),
    channelId: "directory",
    externalId: String(n),
    number: `#${n}`,
    placedAt: Date.UTC(2026, 0, 1) + n,
    ...over,
  });

const found = async (filters: OrderFilters) =>
  (await findOrders(directory, filters, null, 50)).map(({ number }) => number);

const isWhole = () =>
  directory.prepare("INSERT INTO order_terms (order_terms, rank) VALUES ('integrity-check', 1)").run();

describe("a row of the directory", () => {
  it("costs three written rows, and one if its words stay", async () => {
    const order = numbered(1_001, { version: 1 });
    expect(await project(order)).toBe(3);
    expect(await project({ ...order, version: 2, totalMinor: 1 })).toBe(1);
    expect(await project({ ...order, version: 3, status: "cancelled" })).toBe(3);
    await isWhole();
  });

  it("is written only if it is newer, in whatever sequence the versions come", async () => {
    const order = numbered(1_002, { version: 5 });
    await project(order);
    await project({ ...order, version: 4, email: "older@example.com" });
    await project({ ...order, version: 5, email: "same@example.com" });
    expect(await findOrders(directory, { number: "1002" }, null, 9)).toMatchObject([
      { version: 5, email: order.email },
    ]);
    await project({ ...order, version: 5, email: "rebuilt@example.com" }, "sameOrNewer");
    await project({ ...order, version: 4, email: "older@example.com" }, "sameOrNewer");
    expect(await found({ email: "rebuilt@example.com" })).toEqual(["#1002"]);
    expect(await found({ q: "older@example.com" })).toEqual([]);
    await isWhole();
  });

  it("moves in the list with the time at which its order was placed", async () => {
    const order = numbered(1_003, { version: 2, channelId: "moved" });
    const other = numbered(1_004, { version: 2, channelId: "moved" });
    for (const each of [order, other]) await project(each);
    expect(await found({ channelId: "moved" })).toEqual(["#1004", "#1003"]);
    await project({ ...order, version: 3, placedAt: other.placedAt + 1 });
    expect(await found({ channelId: "moved" })).toEqual(["#1003", "#1004"]);
    await isWhole();
  });

  it.each([
    { name: "the same millisecond", placedAt: [7, 7, 7] },
    { name: "the year 1", placedAt: [Date.UTC(0, 0), Date.UTC(0, 0), -62_000_000_000_000] },
    { name: "the year 9999", placedAt: [Date.UTC(9999, 0), Date.UTC(9999, 0), Date.UTC(9998, 0)] },
  ])("has a place of its own among those of $name", async ({ name, placedAt }) => {
    const orders = placedAt.map((at, i) =>
      numbered(2_000 + i, { channelId: "same", placedAt: at, id: orderIdOf(name, String(i)) }),
    );
    await project(orders.slice(0, 2));
    await project(orders.slice(2));
    const pages: string[] = [];
    for (let before: string | null = null; ;) {
      const [row] = await findOrders(directory, { channelId: "same" }, before, 1);
      if (!row) break;
      pages.push(row.id);
      before = row.key;
    }
    expect(pages.toSorted()).toEqual(orders.map(({ id }) => id).toSorted());
    await removalStatement(directory, orders).run();
    expect(await found({ channelId: "same" })).toEqual([]);
    await isWhole();
  });
});

describe("the consumer of changes", () => {
  it("writes an order once for all its messages, as it is then", async () => {
    const order = await storeOrder(numbered(3_001));
    const messages = [1, 1].map((version) => orderChanged.message({ orderId: order.id, version, at: 0 }));
    await projectChangedOrders(context(), messages);
    await projectChangedOrders(context(), messages.toReversed());
    expect(await findOrders(directory, { number: "3001" }, null, 9)).toMatchObject([
      { id: order.id, version: 1, updatedAt: order.placedAt },
    ]);
  });

  it("projects the others, and fails, if the order is not stored in the message's version", async () => {
    const order = await storeOrder(numbered(3_002));
    const unknown = orderChanged.message({ orderId: orderIdOf("directory", "never"), version: 1, at: 0 });
    const ahead = orderChanged.message({ orderId: order.id, version: 2, at: 0 });
    for (const message of [unknown, ahead]) {
      await expect(projectChangedOrders(context(), [message])).rejects.toThrow("is not stored in version");
    }
    expect(await found({ number: "3002" })).toEqual(["#3002"]);
  });
});

describe("the comparison with the orders", () => {
  const versionOf = async (id: string) =>
    directory.prepare("SELECT version FROM listed_orders WHERE id = ?1").bind(id).first<number>("version");
  const compared = async () => (await runJob(jobContext(), comparisonJob)).progress;

  it("projects orders that are missing, removes rows without an order, and counts both as different", async () => {
    await compared();
    const [same, missing] = [await storeListedOrder(numbered(6_001)), await storeOrder(numbered(6_002))];
    const unknown = numbered(6_003, { version: 4 });
    await project(unknown);
    const progress = await compared();
    expect(progress).toMatchObject({ different: 2, projected: 1, removed: 1 });
    expect(await versionOf(same.id)).toBe(1);
    expect(await versionOf(missing.id)).toBe(1);
    expect(await versionOf(unknown.id)).toBeNull();
    expect(await compared()).toMatchObject({
      different: 0,
      projected: 0,
      removed: 0,
      compared: progress.compared,
    });
  });

  it("projects an order again whose database has gone back in time", async () => {
    await compared();
    const order = await storeOrder(numbered(6_004));
    await project({ ...order, version: 7, email: "future@example.com" });
    expect(await compared()).toMatchObject({ different: 1, projected: 1, removed: 0 });
    expect(await versionOf(order.id)).toBe(1);
    expect(await found({ email: "future@example.com" })).toEqual([]);
  });

  it("takes an order whose message waits for one on its way", async () => {
    await compared();
    const order = await storeOrder(numbered(6_005));
    const message = orderChanged.message({ orderId: order.id, version: 1, at: order.placedAt });
    await insertOutboxRow(env.ORDERS_00, {
      id: `${order.id}/1`,
      createdAt: order.placedAt,
      messages: [message],
    });
    expect(await directoryAsOf(context())).toBe(order.placedAt);
    expect(await compared()).toMatchObject({ different: 0, projected: 1, removed: 0 });
    await acknowledgeOutbox(env.ORDERS_00, [`${order.id}/1/0`]);
  });

  it("walks in steps over more differences than it takes at once", async () => {
    await compared();
    const orders = Array.from({ length: 230 }, (_, i) => numbered(7_000 + i));
    for (const order of orders) await storeOrder(order);
    await project(Array.from({ length: 130 }, (_, i) => numbered(8_000 + i)));
    expect(await compared()).toMatchObject({ different: 360, projected: 230, removed: 130 });
    await isWhole();
  });

  it("goes on after an order that cannot be listed, and counts it", async () => {
    await compared();
    const orders = [6_007, 6_008, 6_009].map((n) => numbered(n));
    for (const order of orders) await storeOrder(order);
    await directory
      .prepare(
        `CREATE TRIGGER refused BEFORE INSERT ON listed_orders WHEN NEW.number = '#6008'
         BEGIN SELECT RAISE(ABORT, 'refused'); END`,
      )
      .run();
    const progress = await compared();
    await directory.prepare("DROP TRIGGER refused").run();
    expect(progress).toMatchObject({ different: 3, projected: 2, failed: 1 });
    expect(await Promise.all(orders.map(({ id }) => versionOf(id)))).toEqual([1, null, 1]);
    expect(await compared()).toMatchObject({ projected: 1, failed: 0 });
  });

  it("rewrites every row in a rebuild, which staff begin", async () => {
    const order = await storeListedOrder(numbered(6_006));
    await directory.prepare("UPDATE listed_orders SET email = 'wrong' WHERE id = ?1").bind(order.id).run();
    const call = await callerWith("admin");
    const begun = await call("POST", "/v1/directory/rebuilds");
    expect(begun.status).toBe(202);
    await finishJobs();
    const { body } = await call("GET", `/v1/jobs/${begun.body.id}`);
    expect(body).toMatchObject({ job: "directory-rebuild", status: "done", progress: { different: 0 } });
    expect(await findOrders(directory, { number: "6006" }, null, 9)).toMatchObject([{ email: order.email }]);
    await isWhole();
  });
});

describe("how fresh the directory is", () => {
  it("is now if nothing waits, the time of the oldest change in a dead letter, unknown if a database is away", async () => {
    const now = Date.now();
    expect(await directoryAsOf({ ...context(), now: () => now })).toBe(now);
    const message = orderChanged.message({ orderId: orderIdOf("directory", "dead"), version: 1, at: 5 });
    const letter = { id: "dead_directory", queue: "directory", message, problem: "no", diedAt: now } as const;
    await storeDeadLetter(env.DB, letter);
    expect(await directoryAsOf(context())).toBe(5);
    await markReplayed(env.DB, letter.id, now);
    expect(await directoryAsOf({ ...context(), now: () => now })).toBe(now);
    const away = createContext({ ...env, ORDERS_00: databaseAway() }, { waitUntil: () => undefined }, "test");
    expect(await directoryAsOf(away)).toBeNull();
  });
});

describe("a search", () => {
  const mug = { sku: "MUG-Blue/10", title: 'Tasse «Übergröße» 10"' };
  const order = numbered(4_001, {
    channelId: "searched",
    email: "o'brien+shop@mail.example.com",
    customerName: "Séan O'Brien",
    phone: "+353 (0)87 123 4567",
    shippingAddress: { ...anAddress, postalCode: "D02 X285", phone: null },
    lines: [aLine("Mug", mug), aLine("Ticket", { sku: null, title: "山田ノート", kind: "digital" })],
    shipments: [aShipment("shp_1", [["line_mug", 1]], { trackingNumber: "1Z-999 AA1" })],
  });
  const other = numbered(5_002, {
    channelId: "searched",
    email: "ann@example.org",
    phone: null,
    lines: [aLine("Cup")],
  });

  beforeAll(async () => {
    for (const each of [order, other]) await project(each);
  });

  it.each([
    "4001",
    "#4001",
    "400",
    "o'brien+shop@mail.example.com",
    "O'BRIEN+SHOP@MAIL",
    "mail.example.com",
    "sean obrien",
    "brien sea",
    "Se\u0301an",
    "087 1234567",
    "00353 87 123 45 67",
    "+353871234567",
    "871234567",
    "d02x285",
    "D02 X285",
    "mug-blue/10",
    "MUG",
    "ubergroße",
    "ÜBERGRÖSSE 10",
    "山田",
    "山田ノート",
    "1z999aa1",
    "1Z-999 AA1",
    "AA1",
  ])("finds the order by %s", async (q) => {
    expect(await found({ q, channelId: "searched" })).toEqual(["#4001"]);
  });

  it.each([
    { filters: { email: "o'brien+shop@mail.example.com" }, name: "the email" },
    { filters: { sku: mug.sku }, name: "the SKU" },
    { filters: { number: "4001" }, name: "the number" },
    { filters: { number: "#4001" }, name: "the number with #" },
  ])("finds the order by $name exactly", async ({ filters }) => {
    expect(await found({ ...filters, channelId: "searched" })).toEqual(["#4001"]);
  });

  it.each([
    { filters: { email: "obrien+shop@mail.example.com" }, name: "an email with other punctuation" },
    { filters: { sku: "MUGBLUE10" }, name: "a SKU with other punctuation" },
    { filters: { sku: "mug-blue/10" }, name: "a SKU in other letters" },
    { filters: { number: "40" }, name: "the beginning of a number" },
    { filters: { channelId: "Searched" }, name: "a channel in other letters" },
    { filters: { q: "searched" }, name: "a channel's id as a word" },
    { filters: { q: "sopen" }, name: "the word that stands for a status" },
    { filters: { q: "=sopen" }, name: "the word that stands for a status, in its notation" },
  ])("finds nothing by $name", async ({ filters }) => {
    expect(await found({ channelId: "searched", ...filters })).toEqual([]);
  });

  // Searches of other systems failed, or were changed, by such texts.
  it.each([
    '"',
    "'",
    "''; DROP TABLE listed_orders; --",
    'a" OR "b',
    "NEAR(a b, 2)",
    "a NEAR b",
    "AND",
    "NOT a",
    "a OR",
    "terms : a",
    "{terms} : a",
    "- terms : a",
    "^a",
    "a*",
    "*",
    "a + b",
    "(",
    "a) OR (b",
    "%",
    "_",
    "\\",
    "C++",
    "a\u0000b",
    "\uD800",
    "😀 smile",
    "ﬁ ﷺ ﷽",
    "क्ष त्र",
    "́",
    "𐵀 𞤀",
    "x".repeat(200),
    "a ".repeat(100),
    "q[email_cont]=a",
  ])("takes %j as words", async (q) => {
    await expect(found({ q: `${q} zzz`, channelId: "searched" })).resolves.toEqual([]);
    await expect(found({ q: `4001 ${q}`, channelId: "searched" })).resolves.toBeInstanceOf(Array);
  });
});

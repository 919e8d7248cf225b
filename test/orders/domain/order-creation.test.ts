import { describe, expect, it } from "vitest";
import { lineIdOf } from "../../../src/kernel/ids";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { unusedLines } from "../../../src/orders/domain/creation/new-line";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import { lineOf } from "../../../src/orders/domain/order";
import type { Channel } from "../../../src/catalog/domain/channel";
import {
  acceptedAs,
  aSale,
  paid,
  sold,
  standing,
  takenIn,
  UNPAID,
  type StockByTitle,
} from "../../support/a-sale";
import { NOON } from "../../support/an-order";

const MINUTE = 60_000;

/** `["east: 2 Mug, 1 Cup"]`: what each part is to send from where. */
const parts = (sale: NewOrder, said: StockByTitle): string[] => {
  const order = takenIn(sale, said);
  return order.fulfillments.map(({ locationId, lines }) => {
    const units = lines.map(({ lineId, quantity }) => `${quantity} ${lineOf(order, lineId).title}`);
    return `${locationId ?? "nowhere"}: ${units.join(", ")}`;
  });
};

describe("lines of another word about an order", () => {
  const order = takenIn(aSale({ lines: [sold("Mug", 3), sold("Cup", 1)] }));
  const word = (...lines: NewOrder["lines"]) =>
    unusedLines(
      order,
      lines.map((line) => ({ ...line, id: lineIdOf(order.id, line.externalId, line.quantity) })),
    ).map(({ title, quantity }) => `${quantity} ${title}`);

  it.each([
    ["are its lines, where they are the same", [sold("Mug", 3), sold("Cup", 1)], []],
    ["are nobody's, where it has them with other quantities", [sold("Mug", 2), sold("Cup", 1)], ["2 Mug"]],
    ["may yet become its lines, where it does not have them", [sold("Mug", 3), sold("Bowl", 1)], []],
  ])("%s", (_rule, lines, expected) => {
    expect(word(...lines)).toEqual(expected);
  });
});

describe("an order's units, as it is taken in", () => {
  const mugs = [sold("Mug", 3)];
  it.each<[string, NewOrder["lines"], StockByTitle, string[], string[]]>([
    ["are planned where they are allocated", mugs, { Mug: "east:3" }, ["Mug: 3 allocated"], ["east: 3 Mug"]],
    [
      "are planned at several locations",
      mugs,
      { Mug: "west:1 east:2" },
      ["Mug: 3 allocated"],
      ["west: 1 Mug", "east: 2 Mug"],
    ],
    [
      "are owed where they are short",
      mugs,
      { Mug: "east:1 owed:2" },
      ["Mug: 2 backordered, 1 allocated"],
      ["east: 1 Mug"],
    ],
    ["wait for a SKU that nobody knows", mugs, { Mug: "unknown" }, ["Mug: 3 unsourced"], []],
    [
      "are one part for one location",
      [sold("Mug", 3), sold("Cup", 1)],
      { Mug: "east:1 west:2" },
      ["Mug: 3 allocated", "Cup: 1 allocated"],
      ["east: 1 Mug, 1 Cup", "west: 2 Mug"],
    ],
    [
      "are sent from nowhere where they need no parcel",
      [sold("Song", 2, { kind: "digital" }), sold("Card", 1, { kind: "gift_card" }), sold("Mug", 1)],
      {},
      ["Song: 2 allocated", "Card: 1 allocated", "Mug: 1 allocated"],
      ["nowhere: 2 Song, 1 Card", "east: 1 Mug"],
    ],
  ])("%s", (_rule, lines, said, units, planned) => {
    const sale = aSale({ lines });
    expect(standing(takenIn(sale, said))).toEqual(units);
    expect(parts(sale, said)).toEqual(planned);
  });

  it("cost what a unit costs that day, and nothing where no stock is kept", () => {
    const lines = [sold("Mug"), sold("Song", 1, { kind: "digital" }), sold("Cup")];
    const { order } = acceptedAs(aSale({ lines }), { Cup: "unknown" });
    expect(order.lines.map(({ unitCostMinor }) => unitCostMinor)).toEqual([700, null, null]);
  });

  it("are never more than were ordered", () => {
    expect(() => takenIn(aSale({ lines: mugs }), { Mug: "east:3 owed:1" })).toThrow(InvariantViolation);
  });

  it("were all ordered once, those an edit has taken off before we heard of it too", () => {
    const order = takenIn(aSale({ lines: [sold("Mug", 3, { removed: 1 })] }));
    expect(standing(order)).toEqual(["Mug: 2 allocated, 1 cancelled (1 removed)"]);
  });
});

describe("an order that is taken in is held", () => {
  const holds = (sale: NewOrder, said: StockByTitle = {}, channel: Partial<Channel> = {}) =>
    acceptedAs(sale, said, channel).order.holds.map(({ code, detail }) => `${code}: ${detail}`);
  const mugs = { lines: [sold("Mug", 3), sold("Cup", 2)] };
  const short = { Mug: "east:1 owed:2", Cup: "owed:2" };
  const nobodyKnows = { Mug: "unknown", Cup: "unknown" };
  const authorized = { externalId: "a", kind: "authorized", amountMinor: 100, at: NOON } as const;

  it.each<[string, NewOrder, StockByTitle, Partial<Channel>, string[]]>([
    ["for nothing, when all is well", aSale(), {}, {}, []],
    [
      "for SKUs that nobody knows",
      aSale(mugs),
      nobodyKnows,
      {},
      ["unknown_sku: Unknown SKU: SKU-Mug, SKU-Cup."],
    ],
    ["not for a SKU it came without", aSale({ lines: [sold("Mug", 1, { sku: null })] }), nobodyKnows, {}, []],
    ["not for SKUs, cancelled as it is", aSale({ ...mugs, cancelledAt: NOON }), nobodyKnows, {}, []],
    [
      "when it is short, where the channel says so",
      aSale(mugs),
      short,
      { shortagePolicy: "hold" },
      ["stock_short: Sold without stock: 2 of SKU-Mug, 2 of SKU-Cup."],
    ],
    ["not when it is short, where it may be owed", aSale(mugs), short, {}, []],
    ["until it is paid", aSale(UNPAID), {}, {}, ["payment_pending: The storefront has reported no payment."]],
    [
      "while what was paid is nothing",
      aSale({ payments: [paid(0)] }),
      {},
      {},
      ["payment_pending: The storefront has reported no payment."],
    ],
    ["not when a payment is authorized", aSale({ payments: [authorized] }), {}, {}, []],
    ["not when some of it is paid", aSale({ payments: [paid(0), paid(1, "pay_2")] }), {}, {}, []],
    ["not for a payment, when it is free", aSale({ ...UNPAID, totalMinor: 0 }), {}, {}, []],
    [
      "for whatever its storefront's words were, each reason once",
      aSale({
        problems: [
          { code: "amount_inexact", detail: "Half a cent." },
          { code: "sku_missing", detail: "No SKU." },
          { code: "amount_inexact", detail: "A third of one." },
        ],
      }),
      {},
      {},
      ["amount_inexact: Half a cent. A third of one.", "sku_missing: No SKU."],
    ],
  ])("%s", (_rule, sale, said, channel, expected) => {
    expect(holds(sale, said, channel)).toEqual(expected);
  });

  it("says when, by whom, and shows in its status", () => {
    const { order, placed } = acceptedAs(aSale(UNPAID));
    expect(order).toMatchObject({ status: "on_hold", holds: [{ placedAt: NOON, placedBy: "web" }] });
    expect(placed).toMatchObject({ type: "order.placed", holds: order.holds, lines: order.lines });
  });
});

describe("an order that is taken in", () => {
  it("may be released after the channel's grace", () => {
    const { order } = acceptedAs(aSale(), {}, { gracePeriodMinutes: 30 });
    expect(order.fulfillments.map(({ releaseAt }) => releaseAt)).toEqual([NOON + 30 * MINUTE]);
  });

  it("is the same order however often it is taken in", () => {
    expect(acceptedAs(aSale())).toEqual(acceptedAs(aSale()));
    expect(acceptedAs(aSale({ externalId: "1002" })).order.id).not.toBe(acceptedAs(aSale()).order.id);
  });

  it("is version 1 once it is stored, open, and has taken no money in yet", () => {
    const { order } = acceptedAs(aSale());
    expect(order).toMatchObject({ status: "open", capturedMinor: 0, balances: { depositsMinor: 0 } });
    expect(evolveAll(order, [], NOON).version).toBe(1);
  });

  it("is cancelled at once when it came cancelled, and what was paid is owed back", () => {
    const order = takenIn(aSale({ cancelledAt: NOON }));
    expect(standing(order)).toEqual(["Mug: 1 cancelled"]);
    expect(order).toMatchObject({ status: "cancelled", closedAt: NOON });
    expect(order.balances).toEqual({ depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 2400 });
  });
});

import { describe, expect, it } from "vitest";
import type { Channel } from "../../../../src/catalog/domain/channel";
import { firstHolds, noLocationReason } from "../../../../src/orders/domain/creation/first-holds";
import { newLine, type StockByLine } from "../../../../src/orders/domain/creation/new-line";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import { anAddress, NOON } from "../../../support/an-order";
import { createBare, stockFor, type StockByTitle } from "../order-steps";
import { aSale, authorized, CHANNEL, lineId, paid, sold } from "../sales";

const holdsText = (holds: readonly Readonly<{ code: string; detail: string }>[]) =>
  holds.map(({ code, detail }) => `${code}: ${detail}`);

const mugsAndCups = { lines: [sold("Mug", 3), sold("Cup", 2)] };
const short = { Mug: "east:1 backordered:2", Cup: "backordered:2" };
const allUnknown = { Mug: "unknown", Cup: "unknown" };
const noPayment = ["payment_pending: The storefront has reported no payment."];

describe("a new order is held", () => {
  it.each<{
    name: string;
    sale: NewOrder;
    stock?: StockByTitle;
    channel?: Partial<Channel>;
    expected: string[];
  }>([
    { name: "for nothing if it has no problem", sale: aSale(), expected: [] },
    {
      name: "for unknown SKUs",
      sale: aSale(mugsAndCups),
      stock: allUnknown,
      expected: ["unknown_sku: Unknown SKU: SKU-Mug, SKU-Cup."],
    },
    {
      name: "for no unknown SKU if the line has none",
      sale: aSale({ lines: [sold("Mug", 1, { sku: null })] }),
      stock: allUnknown,
      expected: [],
    },
    {
      name: "for no unknown SKU if it arrives cancelled",
      sale: aSale({ ...mugsAndCups, cancelledAt: NOON }),
      stock: allUnknown,
      expected: [],
    },
    {
      name: "for a shortage if the channel's policy is to hold",
      sale: aSale(mugsAndCups),
      stock: short,
      channel: { shortagePolicy: "hold" },
      expected: ["stock_short: Sold without stock: 2 of SKU-Mug, 2 of SKU-Cup."],
    },
    {
      name: "for no shortage if the channel's policy is to backorder",
      sale: aSale(mugsAndCups),
      stock: short,
      expected: [],
    },
    {
      name: "for no shortage if nothing is short",
      sale: aSale(mugsAndCups),
      channel: { shortagePolicy: "hold" },
      expected: [],
    },
    { name: "if no payment is reported", sale: aSale({ payments: [] }), expected: noPayment },
    { name: "if the payments are of nothing", sale: aSale({ payments: [paid(0)] }), expected: noPayment },
    {
      name: "for no payment if one is authorized",
      sale: aSale({ payments: [authorized(100)] }),
      expected: [],
    },
    {
      name: "for no payment if one of several is paid",
      sale: aSale({ payments: [paid(0), paid(1, "pay_2")] }),
      expected: [],
    },
    {
      name: "for no payment if it is free",
      sale: aSale({ payments: [], totalMinor: 0 }),
      expected: [],
    },
    {
      name: "for no payment if it arrives cancelled",
      sale: aSale({ payments: [], cancelledAt: NOON }),
      expected: [],
    },
    {
      name: "for its problems, with one hold for each code",
      sale: aSale({
        problems: [
          { code: "amount_inexact", detail: "Half a cent." },
          { code: "sku_missing", detail: "No SKU." },
          { code: "amount_inexact", detail: "A third of one." },
        ],
      }),
      expected: ["amount_inexact: Half a cent.\nA third of one.", "sku_missing: No SKU."],
    },
  ])("$name", ({ sale, stock, channel, expected }) => {
    expect(holdsText(createBare(sale, stock, channel).order.holds)).toEqual(expected);
  });
});

describe("firstHolds", () => {
  const placed = { placedAt: NOON, placedBy: "web" };
  const holdsOf = (sale: NewOrder, over: { stock?: StockByLine; shipComplete?: boolean } = {}) => {
    const toAdd = sale.lines.map((line) => ({ ...line, id: lineId(line.title) }));
    const stock = over.stock ?? stockFor(toAdd);
    const lines = toAdd.map((line) => newLine(line, stock));
    const { shipComplete = false } = over;
    return firstHolds({ order: sale, lines, channel: CHANNEL, stock, shipComplete }, placed);
  };
  const noCountry = { ...anAddress, countryCode: null };

  it("records when and by whom each hold was placed", () => {
    expect(holdsOf(aSale({ payments: [] }))).toMatchObject([placed]);
  });

  it.each<{ name: string; sale: Partial<NewOrder>; expected: string[] }>([
    {
      name: "holds an order whose address has no country",
      sale: { shippingAddress: noCountry },
      expected: ["destination_unknown: The address has no country."],
    },
    {
      name: "holds an order of goods and downloads whose address has no country",
      sale: { shippingAddress: noCountry, lines: [sold("Mug"), sold("Song", 1, { kind: "digital" })] },
      expected: ["destination_unknown: The address has no country."],
    },
    { name: "does not hold an order without an address", sale: { shippingAddress: null }, expected: [] },
    {
      name: "does not hold an order that the customer collects",
      sale: { shippingAddress: noCountry, pickupLocationId: "store" },
      expected: [],
    },
    {
      name: "does not hold an order of downloads",
      sale: { shippingAddress: noCountry, lines: [sold("Song", 1, { kind: "digital" })] },
      expected: [],
    },
    {
      name: "does not hold an order that arrives cancelled",
      sale: { shippingAddress: noCountry, cancelledAt: NOON },
      expected: [],
    },
  ])("$name", ({ sale, expected }) => {
    expect(holdsText(holdsOf(aSale(sale)))).toEqual(expected);
  });

  it("holds an order that must ship complete until no unit is backordered", () => {
    const sale = aSale({ lines: [sold("Mug", 3)] });
    const stock: StockByLine = new Map([
      [lineId("Mug"), { found: true, allocated: [], backordered: 3, unitCostMinor: 1 }],
    ]);
    expect(holdsText(holdsOf(sale, { stock, shipComplete: true }))).toEqual([
      "ship_complete: It must ship complete, and waits for 3 of SKU-Mug.",
    ]);
    expect(holdsOf(sale, { stock })).toEqual([]);
    expect(holdsOf(sale, { shipComplete: true })).toEqual([]);
  });

  it("holds an order with lines that no location may send, unless it arrives cancelled", () => {
    const stock: StockByLine = new Map([
      [lineId("Mug"), { found: false, noLocation: "the channel does not sell there" }],
    ]);
    const expected = ["no_location: SKU-Mug: the channel does not sell there."];
    expect(holdsText(holdsOf(aSale(), { stock }))).toEqual(expected);
    expect(holdsOf(aSale({ cancelledAt: NOON }), { stock })).toEqual([]);
  });

  it("lists the same reason of several lines once, with the title of a line without a SKU", () => {
    const toAdd = [sold("Mug"), sold("Cup"), sold("Hat", 1, { sku: null })].map((line, i) => ({
      ...line,
      ...(i === 1 && { sku: "SKU-Mug" }),
      id: lineId(line.title),
    }));
    const stock: StockByLine = new Map(
      toAdd.map(({ id }) => [id, { found: false, noLocation: "closed" }] as const),
    );
    expect(
      noLocationReason(
        toAdd.map((line) => newLine(line, stock)),
        stock,
      ),
    ).toEqual({ code: "no_location", detail: "SKU-Mug: closed.\nHat: closed." });
  });
});

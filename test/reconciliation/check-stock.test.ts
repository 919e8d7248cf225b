import { describe, expect, it } from "vitest";
import type { StockEffect } from "../../src/inventory/domain/stock-messages";
import type { ExpectedAllocation } from "../../src/orders/domain/allocation-differences";
import { checkStock } from "../../src/reconciliation/check-stock";
import type { Check, Exception } from "../../src/reconciliation/domain/report";
import type { StockReading } from "../../src/reconciliation/read-stock";
import type { AllocationRepair } from "../../src/reconciliation/repair-allocations";

const READING: StockReading = {
  skus: 2,
  units: 13,
  valueMinor: 9_100,
  accountBeforeMinor: 9_100,
  accountAfterMinor: 9_100,
  lineDifferences: [],
  expired: [],
  movements: [],
  pendingEffects: [],
  unpostedMovements: [],
  undeliveredEvents: 0,
  staleLevels: [],
};
const NOTHING_REPAIRED: AllocationRepair = { repaired: [], pending: [], exceptions: [] };

const exception = (subject: string): Exception => ({ subject, expected: 0, actual: 1, detail: "" });

const allocation = (quantity: number): ExpectedAllocation => ({
  orderId: "ord_1",
  lineId: "line_mug",
  sku: "MUG",
  locationId: "reno",
  quantity,
});

const shipped: StockEffect = {
  type: "ship",
  ref: "ord_1/2/0",
  orderId: "ord_1",
  lineId: "line_mug",
  locationId: "reno",
  quantity: 2,
  unitCostMinor: 700,
  at: 0,
};
const released: StockEffect = {
  type: "release",
  ref: "ord_1/3/0",
  orderId: "ord_1",
  lineId: "line_mug",
  locationId: "reno",
  quantity: 1,
  at: 0,
};

type Given = Readonly<{
  reading?: Partial<StockReading>;
  allocations?: readonly ExpectedAllocation[];
  allocationRepair?: Partial<AllocationRepair>;
  repairedLevels?: readonly string[];
}>;

const checks = (given: Given = {}): readonly Check[] =>
  checkStock({
    reading: { ...READING, ...given.reading },
    allocations: given.allocations ?? [],
    allocationRepair: { ...NOTHING_REPAIRED, ...given.allocationRepair },
    repairedLevels: given.repairedLevels ?? [],
    booksCurrency: "USD",
  });

const check = (name: string, given?: Given): Check => checks(given).find((each) => each.name === name)!;

describe("checkStock", () => {
  it("finds no exception where stock, lines and books agree", () => {
    expect(checks().map(({ name, ok }) => [name, ok])).toEqual([
      ["inventory", true],
      ["allocations", true],
      ["movements", true],
      ["stock_levels", true],
    ]);
  });

  it("reports repairs, pending lines and remaining differences of allocations", () => {
    const found = check("allocations", {
      reading: { expired: [exception("expired")] },
      allocations: [allocation(2), allocation(3)],
      allocationRepair: { repaired: ["MUG a"], pending: ["MUG b"], exceptions: [exception("differs")] },
    });
    expect(found).toMatchObject({
      counted: 2,
      sums: [{ name: "units of open lines", amount: 5, currency: null }],
      repaired: ["MUG a"],
      pending: ["MUG b"],
      exceptions: [{ subject: "differs" }, { subject: "expired" }],
    });
  });

  it("reports exceptions of movements, and repaired levels", () => {
    const given = { reading: { movements: [exception("MUG")] }, repairedLevels: ["MUG"] };
    expect(check("movements", given)).toMatchObject({
      counted: 2,
      ok: false,
      sums: [{ name: "units on hand", amount: 13, currency: null }],
      exceptions: [{ subject: "MUG" }],
    });
    expect(check("stock_levels", given)).toMatchObject({ counted: 2, ok: true, repaired: ["MUG"] });
  });
});

describe("the check of the inventory account", () => {
  it("names the account, the value of stock and the value of pending effects", () => {
    expect(check("inventory")).toMatchObject({
      counted: 2,
      sums: [
        { name: "inventory account", amount: 9_100, currency: "USD" },
        { name: "value of stock", amount: 9_100, currency: "USD" },
        { name: "pending effects", amount: 0, currency: "USD" },
      ],
    });
  });

  it("allows for effects that are posted and not applied, and names those that have a value", () => {
    const found = check("inventory", {
      reading: {
        accountBeforeMinor: 7_700,
        accountAfterMinor: 7_700,
        pendingEffects: [
          { sku: "MUG", effect: shipped },
          { sku: "MUG", effect: released },
        ],
      },
    });
    expect(found).toMatchObject({ ok: true, pending: ["ship of 2 × MUG (ord_1/2/0)"] });
    expect(found.sums.at(-1)).toMatchObject({ amount: -1_400 });
  });

  it("allows for movements whose entry is under way, and names them", () => {
    const movement = {
      ref: "asn-7",
      kind: "receive",
      locationId: "reno",
      quantity: 3,
      valueMinor: 2_100,
      reason: null,
      at: 0,
    } as const;
    const found = check("inventory", {
      reading: { valueMinor: 11_200, unpostedMovements: [{ sku: "MUG", movement }] },
    });
    expect(found).toMatchObject({ ok: true, pending: ["receive of 3 × MUG (asn-7) is not posted yet"] });
    expect(found.sums.at(-1)).toMatchObject({ amount: -2_100 });
  });

  type Case = Readonly<{ name: string; reading: Partial<StockReading>; detail: string }>;
  it.each<Case>([
    {
      name: "finds an account that is not the value of stock",
      reading: { accountBeforeMinor: 9_101 },
      detail: "the inventory account is not the value of stock",
    },
    {
      name: "notes that the books changed while stock was read",
      reading: { accountBeforeMinor: 9_100 },
      detail: "the inventory account is not the value of stock; the books changed while stock was read",
    },
    {
      name: "notes that stock has undelivered events",
      reading: { accountBeforeMinor: 9_101, undeliveredEvents: 3 },
      detail: "the inventory account is not the value of stock; 3 stock events are not delivered yet",
    },
  ])("$name", ({ reading, detail }) => {
    expect(check("inventory", { reading: { accountAfterMinor: 9_101, ...reading } }).exceptions).toEqual([
      { subject: "assets:inventory", expected: 9_100, actual: 9_101, detail },
    ]);
  });
});

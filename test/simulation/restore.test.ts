/** A database is restored to an earlier minute in the middle of a day, while everything else is ahead of it. */
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import type { TrafficOrder } from "../support/storefront-traffic";
import { usesCarrier } from "./parcels";
import { act, actions, SKUS, type Action } from "./actions";
import { onObjectBackedD1 } from "./on-object-backed-d1";
import { rowsOfOrders } from "./orders-rows";
import { platform } from "./platform";
import { randomFrom } from "./random-day";
import {
  decideAll,
  finishRecovery,
  openFindings,
  ordersDatabaseNames,
  rememberMinute,
  restoreTo,
} from "./restores";
import { drain, settleAndCheck } from "./settle-and-check";
import { MINUTE, World } from "./world";

const { runs, seed } = inject("simulation");
/** A day with a restore takes several times as long as another one. */
const DAYS = Math.ceil(runs / 10);
const TIMEOUT_MS = 3_600_000;

const settled = async (world: World) => {
  if (!(await drain(world))) throw new Error("work is not finished");
};

describe("a restored orders database", () => {
  it("gets its orders back, and holds those of which something had left", () =>
    onObjectBackedD1(async () => {
      const world = await World.open([[5, 0]]);
      platform().disarm();
      const first = world.order([2]);
      await world.changedInStore(first, "store/order/created");
      await settled(world);
      const minute = await rememberMinute();
      world.advance(MINUTE);

      const [released] = await world.fulfillments("released");
      await world.ship(released!, "box-1");
      const second = world.order([1]);
      await world.changedInStore(second, "store/order/created");
      await settled(world);
      const emailed = platform().emails.length;
      expect(emailed).toBe(3);

      await restoreTo(world, minute, ["ORDERS_00"]);
      await finishRecovery(world);
      await settled(world);

      const orders = await rowsOfOrders<{ status: string; captured: number }>(
        "SELECT id AS orderId, status, captured_minor AS captured FROM orders ORDER BY placed_at",
      );
      expect(orders.map(({ status }) => status)).toEqual(["on_hold", "on_hold"]);
      expect((await openFindings(world)).map(({ kind, detail }) => [kind, detail])).toMatchObject([
        ["commits_lost", expect.stringMatching(/lost/)],
        ["commits_lost", expect.stringMatching(/lost/)],
        ["not_read_back", expect.stringMatching(/shop is not connected/)],
        ["shipment_lost", expect.stringMatching(/2 of .* left east/)],
      ]);
      expect(platform().emails.length).toBe(emailed);

      await decideAll(world);
      expect(await openFindings(world)).toEqual([]);
      const [again] = await world.fulfillments("released");
      await world.ship(again!, "box-1");
      expect(await settleAndCheck(world)).toEqual([]);
    }));
});

type RestoredDay = Readonly<{
  stock: readonly (readonly [number, number])[];
  policy: "deny" | "backorder";
  before: readonly (readonly Action[])[];
  lost: readonly (readonly Action[])[];
  after: readonly (readonly Action[])[];
  /** Which databases: of the primary, the directory and the orders databases. */
  restored: number;
  shuffle: number;
}>;

/** Orders databases more often than the others, and several at once. */
const RESTORED = [
  ["DB"],
  ["DIRECTORY"],
  ["ORDERS_00"],
  ["ORDERS_01"],
  ["ORDERS_00"],
  ["ORDERS_00", "ORDERS_01"],
  ["ORDERS_00", "DB"],
  ["ORDERS_00", "DIRECTORY"],
  ["DB", "DIRECTORY", "ORDERS_00", "ORDERS_01"],
] as const;

const units = fc.integer({ min: 0, max: 6 });
/** Labels that a restored database has lost are compared by nothing yet: docs/how-to/recover-a-database.md. */
const withoutCarrier = actions.filter((action) => !usesCarrier(action));
const steps = (maxLength: number) =>
  fc.array(fc.array(withoutCarrier, { minLength: 1, maxLength: 2 }), { maxLength });

const restoredDays: fc.Arbitrary<RestoredDay> = fc.record({
  stock: fc.array(fc.tuple(units, units), { minLength: SKUS, maxLength: SKUS }),
  policy: fc.constantFrom("deny", "backorder"),
  before: steps(6),
  lost: steps(6),
  after: steps(3),
  restored: fc.nat({ max: RESTORED.length - 1 }),
  shuffle: fc.nat(),
});

/**
 * Before the minute, days pass, so that objects fold their history, and buckets are moved. Afterwards no day passes, because
 * nobody knows of the restore yet, and buckets stay where they are: a recovery is refused while they are not, see
 * test/recovery/domain/bucket-places.test.ts.
 */
const isOnlyBefore = (action: Action): boolean =>
  action.do === "pass days" || action.do === "move bucket" || action.do === "undo move";

async function play(day: RestoredDay): Promise<string[]> {
  const world = await World.open(day.stock, { random: randomFrom(day.shuffle), policy: day.policy });
  const orders: TrafficOrder[] = [];
  platform().arm([]);
  const perform = async (part: RestoredDay["before"]) => {
    for (const step of part) await Promise.all(step.map((each) => act(world, orders, each)));
  };
  const withoutMoves = (part: RestoredDay["before"]) =>
    part.map((step) => step.filter((each) => !isOnlyBefore(each)));
  await perform(day.before);
  // A move that is running is finished.
  if (await world.hasRunningMoves()) await settled(world);
  const minute = await rememberMinute();
  world.advance(1_000);
  await perform(withoutMoves(day.lost));
  const bound = new Set<string>(["DB", "DIRECTORY", ...ordersDatabaseNames()]);
  const names = RESTORED[day.restored % RESTORED.length]!.filter((name) => bound.has(name));
  await restoreTo(world, minute, names.length === 0 ? ["ORDERS_00"] : names);
  await perform(withoutMoves(day.after));
  await finishRecovery(world);
  await decideAll(world);
  return settleAndCheck(world);
}

/** Days that broke a guarantee once. */
const FOUND: readonly (RestoredDay & Readonly<{ what: string; databases: number }>)[] = [
  {
    what: "a fulfillment is postponed to the next day, because its location is full",
    stock: [
      [0, 1],
      [1, 1],
    ],
    policy: "deny",
    before: [],
    lost: [
      [{ do: "order", quantities: [1, 1], cart: null, callbacks: "twice" }],
      [{ do: "change location", at: 1, change: "limit" }],
    ],
    after: [
      [
        { do: "order", quantities: [1, 1], cart: null, callbacks: "at once" },
        { do: "wait", minutes: 6 },
      ],
    ],
    restored: 1,
    shuffle: 0,
    databases: 1,
  },
  {
    what: "the message about a shipment that was lost comes after the restore",
    stock: [
      [0, 0],
      [1, 0],
    ],
    policy: "deny",
    before: [
      [{ do: "order", quantities: [1, 1], cart: null, callbacks: "at once" }],
      [{ do: "move bucket", order: 0 }],
    ],
    lost: [[{ do: "ship", max: "all" }]],
    after: [],
    restored: 4,
    shuffle: 0,
    databases: 2,
  },
];

describe("a day with a restore", () => {
  it.each(FOUND)("keeps every guarantee when $what", { timeout: TIMEOUT_MS }, async (day) => {
    expect(await onObjectBackedD1(() => play(day), day.databases)).toEqual([]);
  });
});

describe("a random day with a restore", () => {
  it.each([1, 2])(
    "keeps every guarantee with %i orders databases",
    { timeout: TIMEOUT_MS },
    async (count) => {
      const property = fc.asyncProperty(restoredDays, async (day) => {
        expect(await onObjectBackedD1(() => play(day), count)).toEqual([]);
      });
      await fc.assert(property, { numRuns: DAYS, seed: seed + count });
    },
  );
});

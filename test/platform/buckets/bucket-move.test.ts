/** The phases of a bucket's move, and what a page changes. */
import { describe, expect, it } from "vitest";
import {
  afterPage,
  comparedAgain,
  inNextPhase,
  isOver,
  isProven,
  newBucketMove,
  undone,
  type BucketMove,
} from "../../../src/platform/buckets/bucket-move";
import { START, type MovedTable } from "../../../src/platform/buckets/moved-table";
import { differencesOf } from "../../../src/platform/buckets/perform-move";

const tables: readonly MovedTable[] = [
  { name: "orders", key: ["id"], orderId: "id", find: "range" },
  { name: "order_lines", key: ["order_id", "id"], orderId: "order_id", find: "range" },
];
const move = newBucketMove(7, "ORDERS_00", "ORDERS_01");
const at = (phase: BucketMove["phase"], over: Partial<BucketMove> = {}): BucketMove => ({
  ...move,
  phase,
  ...over,
});

describe("a move", () => {
  it("passes its phases in order, and ends", () => {
    const phases: string[] = [];
    for (let next = move; !isOver(next); next = inNextPhase(next)) phases.push(next.phase);
    expect(phases).toEqual([
      "copying",
      "closing",
      "settling",
      "switching",
      "following",
      "keeping",
      "deleting",
    ]);
    expect(isOver(inNextPhase(at("undoing")))).toBe(true);
  });

  it("reads each table to its end, and then the next phase begins with the first table", () => {
    const cursor = { day: null, after: ["ord_1"] };
    const second = afterPage(afterPage(move, tables, cursor), tables, null);
    expect(afterPage(move, tables, cursor)).toMatchObject({ phase: "copying", table: 0, cursor });
    expect(second).toMatchObject({ phase: "copying", table: 1, cursor: START });
    expect(afterPage(second, tables, null)).toMatchObject({ phase: "closing", table: 0, cursor: START });
  });

  it("counts and hashes anew once the bucket is closed, and with each comparison", () => {
    const some = { rows: 4, hash: "a" };
    const settling = inNextPhase(at("closing", { source: some, target: some }));
    expect(settling).toMatchObject({
      phase: "settling",
      source: { rows: 0 },
      target: { rows: 0 },
      comparisons: 1,
    });
    const again = comparedAgain(at("switching", { source: some, comparisons: 1, table: 1 }));
    expect(again).toMatchObject({
      phase: "settling",
      source: { rows: 0, hash: "" },
      comparisons: 2,
      table: 0,
    });
  });

  it.each([
    ["the same rows", { rows: 2, hash: "a" }, true],
    ["another number of rows", { rows: 3, hash: "a" }, false],
    ["as many rows with other contents", { rows: 2, hash: "b" }, false],
  ])("is proven by %s: %j", (_what, target, proven) => {
    expect(isProven(at("switching", { source: { rows: 2, hash: "a" }, target }))).toBe(proven);
  });

  it.each(["copying", "closing", "settling"] as const)("can be undone while it is %s", (phase) => {
    expect(undone(at(phase, { table: 1 }))).toMatchObject({ phase: "undoing", table: 0, cursor: START });
  });

  it.each(["switching", "following", "keeping", "deleting", "moved", "undone"] as const)(
    "cannot be undone while it is %s",
    (phase) => expect(undone(at(phase))).toBeNull(),
  );
});

describe("a page", () => {
  it("writes rows that are missing, replaces those that differ, and deletes those that are gone", () => {
    const rows = [
      ["ord_0a", "line_1", 1],
      ["ord_0a", "line_2", 2],
      ["ord_0b", "line_1", 3],
    ];
    const there = [rows[0]!, ["ord_0a", "line_2", 9], ["ord_0a", "line_3", 1]];
    expect(differencesOf(rows, there)).toEqual({
      written: [rows[1], rows[2]],
      deleted: [there[1], there[2]],
    });
    expect(differencesOf(rows, rows)).toEqual({ written: [], deleted: [] });
  });
});

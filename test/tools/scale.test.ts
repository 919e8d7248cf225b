/**
 * A small run of `npm run scale`: a few thousand orders over four databases. It asserts what must hold at every size, and
 * no times.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  DATABASES,
  measureScale,
  type Accepted,
  type PlayedJob,
  type ScaleFigure,
} from "../../bench/scale/measure";

/** Other tests use the machine. */
const TIMEOUT_MS = 600_000;
const SIZE = { orders: 1_600, openOrders: 400, skus: 80 };
/** The limit of a step, for queries and for calls of objects. */
const STEP_LIMIT = 200;

const figures: ScaleFigure[] = [];
const environment = { ...process.env };

beforeAll(async () => {
  for await (const figure of measureScale({ size: SIZE, rounds: null, onDisk: false })) figures.push(figure);
}, TIMEOUT_MS);

// The platform sets secrets and options of wrangler, which other files of this process must not see.
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});

const ofKind = <Kind extends ScaleFigure["kind"]>(kind: Kind): Extract<ScaleFigure, { kind: Kind }>[] =>
  figures.filter((figure): figure is Extract<ScaleFigure, { kind: Kind }> => figure.kind === kind);

const job = (name: string): PlayedJob["driven"] => {
  const played = ofKind("job").find((each) => each.name === name);
  if (played === undefined) throw new Error(`${name} was not played`);
  return played.driven;
};

const countsAt = (when: Accepted["when"]) => ofKind("accepted").find((each) => each.when === when)?.counts;

describe("a retailer of a few thousand orders over four databases", () => {
  it("has orders in each database", () => {
    const [filled] = ofKind("databases filled");
    expect(filled!.bytes).toHaveLength(DATABASES);
    for (const bytes of filled!.bytes) expect(bytes).toBeGreaterThan((SIZE.orders / DATABASES) * 1_000);
  });

  it("is clean, in the night of everything and in that of what has changed", () => {
    const reports = ofKind("report").map(({ report }) => report);
    expect(reports.map(({ compared }) => compared)).toEqual(["all", "changed"]);
    for (const { clean, checks } of reports) {
      expect(checks.filter(({ exceptionCount }) => exceptionCount > 0)).toEqual([]);
      expect(clean).toBe(true);
    }
    const counted = new Map(reports[0]!.checks.map((check) => [check.name, check.counted]));
    expect(counted.get("order_money")).toBeGreaterThanOrEqual(SIZE.openOrders);
    expect(counted.get("allocations")).toBeGreaterThanOrEqual(SIZE.openOrders * 3);
    expect(counted.get("stock_levels")).toBeGreaterThanOrEqual(SIZE.skus);
  });

  it("ends every job, in more than one step where there is more than one step's work", () => {
    for (const { name, driven } of ofKind("job")) {
      expect({ name, status: driven.status, problem: driven.problem }).toEqual({
        name,
        status: "done",
        problem: null,
      });
    }
    expect(job("the night, everything").steps).toBeGreaterThan(1);
    expect(job("the directory's rebuild").steps).toBeGreaterThan(1);
    expect(job("the move of a bucket").steps).toBeGreaterThan(1);
  });

  it("makes at most 200 queries and 200 calls of objects in a step", () => {
    expect(ofKind("job")).toHaveLength(5);
    const above = ofKind("job").filter(
      ({ driven }) => driven.mostQueries > STEP_LIMIT || driven.mostObjectCalls > STEP_LIMIT,
    );
    expect(above).toEqual([]);
    expect(ofKind("job").filter(({ driven }) => driven.mostQueries === 0)).toEqual([]);
  });

  it("lists every order in the rebuilt directory, archives the oldest, and moves every row of a bucket", () => {
    const rebuilt = job("the directory's rebuild").progress;
    expect(rebuilt.projected).toBeGreaterThanOrEqual(SIZE.orders);
    expect(rebuilt.failed).toBe(0);
    expect(job("the archive of the oldest orders").progress.archived).toBeGreaterThan(0);
    const { rowsCopied, rowsCompared, rowsFound } = job("the move of a bucket").progress;
    expect(rowsCopied).toBeGreaterThan(0);
    expect([rowsCompared, rowsFound]).toEqual([rowsCopied, rowsCopied]);
  });

  it("accepts an order with the round trips and rows of the empty system", () => {
    const empty = countsAt("empty")!;
    expect(empty.map(({ lines }) => lines)).toEqual([1, 3]);
    expect(empty[0]?.answered.roundTrips).toBeGreaterThan(0);
    const withoutObjects = (counts: typeof empty) =>
      counts.map(
        ({ lines, answered: { objectRowsRead: _read, objectRowsWritten: _written, ...answered } }) => ({
          lines,
          answered,
        }),
      );
    for (const counts of [countsAt("full")!, countsAt("after the jobs")!]) {
      expect(withoutObjects(counts)).toEqual(withoutObjects(empty));
      // An object's rows depend on whether its alarm is set already, and on allocations that are not confirmed yet.
      for (const { lines, answered } of counts) {
        expect(answered.objectRowsWritten).toBeLessThanOrEqual(6 * lines);
        expect(answered.objectRowsRead).toBeLessThanOrEqual(60 * lines);
      }
    }
  });
});

/** Where a parcel is, from its scans in any sequence, doubled and from the past. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRACKING_STATUSES, type TrackingStatus } from "../../../src/orders/domain/tracking-status";
import {
  decideSilence,
  decideTracking,
  MAX_SCANS,
  newTracking,
  shownStatus,
  SILENCE_MS,
  type Tracking,
  type TrackingUpdate,
} from "../../../src/shipping/domain/tracking";
import { isFinal, scanKey, type Scan } from "../../../src/shipping/domain/tracking-status";

const BOUGHT = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const scan = (status: TrackingStatus, hours: number, detail: string | null = null): Scan => ({
  at: BOUGHT + hours * HOUR,
  status,
  detail,
  place: null,
});

type Played = Readonly<{ tracking: Tracking; codes: readonly string[] }>;

/** The reports one after the other, each at its own time of arrival or at the last scan's. */
function play(reports: readonly TrackingUpdate[], now = BOUGHT + 40 * DAY): Played {
  let tracking = newTracking(BOUGHT);
  const codes: string[] = [];
  for (const report of reports) {
    const decided = decideTracking(tracking, report, { now, labelAt: BOUGHT });
    tracking = decided.tracking;
    codes.push(...decided.notes.map(({ code }) => code));
  }
  return { tracking, codes };
}
const report = (...scans: readonly Scan[]): TrackingUpdate => ({ scans, estimatedAt: null });

describe("the status of a parcel", () => {
  const CASES: readonly Readonly<{
    name: string;
    reports: readonly TrackingUpdate[];
    status: TrackingStatus;
    codes?: readonly string[];
  }>[] = [
    { name: "no scan", reports: [report()], status: "label_created" },
    {
      name: "the last scan by the carrier's clock",
      reports: [report(scan("in_transit", 2), scan("out_for_delivery", 50))],
      status: "out_for_delivery",
    },
    {
      name: "an older scan that comes later changes nothing",
      reports: [report(scan("out_for_delivery", 50)), report(scan("in_transit", 2))],
      status: "out_for_delivery",
    },
    {
      name: "a label that is created again later says nothing",
      reports: [report(scan("in_transit", 2), scan("label_created", 5))],
      status: "in_transit",
    },
    {
      name: "delivered, and the same report again",
      reports: [report(scan("delivered", 60)), report(scan("delivered", 60))],
      status: "delivered",
    },
    {
      name: "in transit after delivered is for staff",
      reports: [report(scan("delivered", 60)), report(scan("in_transit", 70))],
      status: "delivered",
      codes: ["tracking_contradiction"],
    },
    {
      name: "and is noted once, however often it is reported",
      reports: [
        report(scan("delivered", 60)),
        report(scan("in_transit", 70)),
        report(scan("delivered", 60), scan("in_transit", 70)),
      ],
      status: "delivered",
      codes: ["tracking_contradiction"],
    },
    {
      name: "returned after delivered is for staff",
      reports: [report(scan("delivered", 60)), report(scan("returned", 90))],
      status: "delivered",
      codes: ["tracking_contradiction"],
    },
    {
      name: "delivered after returned is for staff, also if the scan is earlier",
      reports: [report(scan("returned", 60)), report(scan("delivered", 50))],
      status: "returned",
      codes: ["carrier_reports_problem", "tracking_contradiction"],
    },
    {
      name: "delivered after a failed attempt",
      reports: [report(scan("attempt_failed", 50)), report(scan("delivered", 70))],
      status: "delivered",
    },
    {
      name: "a lost parcel is found again",
      reports: [report(scan("lost", 50)), report(scan("in_transit", 70))],
      status: "in_transit",
      codes: ["carrier_reports_problem"],
    },
    {
      name: "two scans at the same moment: the later stage counts",
      reports: [report(scan("delivered", 60), scan("out_for_delivery", 60))],
      status: "delivered",
    },
    {
      name: "scans of the number's former parcel do not count",
      reports: [report(scan("delivered", -24 * 30))],
      status: "label_created",
    },
    {
      name: "a scan from the future does not count, and is for staff",
      reports: [report(scan("delivered", 24 * 400))],
      status: "label_created",
      codes: ["scan_from_future"],
    },
    {
      name: "a state that the carrier does not document is for staff",
      reports: [{ ...report(scan("in_transit", 3)), unread: ["teleported"] }],
      status: "in_transit",
      codes: ["status_not_known"],
    },
  ];
  it.each(CASES)("$name", ({ reports, status, codes = [] }) => {
    const played = play(reports);
    expect(played.tracking.status).toBe(status);
    expect(played.codes).toEqual(codes);
  });

  it("keeps the carrier's estimate until the parcel is delivered", () => {
    const estimatedAt = BOUGHT + 3 * DAY;
    const under = play([
      { scans: [scan("in_transit", 2)], estimatedAt },
      report(scan("out_for_delivery", 4)),
    ]);
    expect(under.tracking.estimatedAt).toBe(estimatedAt);
    expect(play([{ scans: [scan("delivered", 9)], estimatedAt }]).tracking.estimatedAt).toBeNull();
  });

  it("keeps the newest scans of very many", () => {
    const scans = Array.from({ length: MAX_SCANS + 50 }, (_, i) => scan("in_transit", i, `scan ${i}`));
    const { tracking } = play([report(...scans)]);
    expect(tracking.scans).toHaveLength(MAX_SCANS);
    expect(tracking.scans.at(-1)!.detail).toBe(`scan ${MAX_SCANS + 49}`);
  });
});

const anyScan = fc.record({
  at: fc.integer({ min: 0, max: 30 }).map((hours) => BOUGHT + hours * HOUR),
  status: fc.constantFrom(...TRACKING_STATUSES),
  detail: fc.constantFrom(null, "a", "b"),
  place: fc.constantFrom(null, "Berlin"),
});
/** The scans cut into reports, in any sequence, some of them repeated. */
const anyReports = (scans: readonly Scan[]) =>
  fc.array(fc.subarray([...scans], { minLength: 1 }), { maxLength: 6 }).chain((parts) =>
    fc.shuffledSubarray([...parts, ...scans.map((each) => [each]), [...scans]], {
      minLength: parts.length + scans.length + 1,
    }),
  );
const hasOneEnd = (scans: readonly Scan[]) =>
  new Set(scans.filter(({ status }) => isFinal(status)).map(({ status }) => status)).size <= 1;

describe("scans in any sequence", () => {
  const anyPlay = fc
    .array(anyScan, { minLength: 1, maxLength: 8 })
    .chain((scans) => fc.tuple(fc.constant(scans), anyReports(scans)));

  it("have the same status, time and scans as all of them at once, if they have one end", () => {
    fc.assert(
      fc.property(anyPlay, ([scans, parts]) => {
        fc.pre(hasOneEnd(scans));
        const atOnce = play([report(...scans)]).tracking;
        const played = play(parts.map((part) => report(...part))).tracking;
        expect(played.status).toBe(atOnce.status);
        expect(played.statusAt).toBe(atOnce.statusAt);
        expect(played.scans).toEqual(atOnce.scans);
      }),
      { numRuns: 3_000 },
    );
  });

  it("never move a parcel that was delivered or returned, and name what contradicts it", () => {
    fc.assert(
      fc.property(anyPlay, ([scans, parts]) => {
        let tracking = newTracking(BOUGHT);
        for (const part of parts) {
          const { status } = tracking;
          const decided = decideTracking(tracking, report(...part), {
            now: BOUGHT + DAY * 3,
            labelAt: BOUGHT,
          });
          expect(decided.tracking.status).toBe(isFinal(status) ? status : decided.tracking.status);
          tracking = decided.tracking;
        }
        if (!isFinal(tracking.status)) return;
        const contrary = scans.filter(
          ({ at, status }) =>
            status !== tracking.status &&
            status !== "label_created" &&
            (isFinal(status) || at > tracking.statusAt),
        );
        expect(tracking.noted).toEqual(expect.arrayContaining(contrary.map(scanKey)));
      }),
      { numRuns: 3_000 },
    );
  });

  it("change nothing when they come again", () => {
    fc.assert(
      fc.property(anyPlay, ([scans, parts]) => {
        const once = play(parts.map((part) => report(...part))).tracking;
        const again = decideTracking(once, report(...scans), { now: BOUGHT + 40 * DAY, labelAt: BOUGHT });
        expect(again).toEqual({ tracking: once, notes: [] });
      }),
    );
  });
});

describe("a parcel without a scan", () => {
  const handedOverAt = BOUGHT + DAY;
  const silence = (tracking: Tracking, now: number) => decideSilence(tracking, { now, handedOverAt });

  it("is an exception after five days, once, and no longer with the next scan", () => {
    const tracking = newTracking(BOUGHT);
    expect(silence(tracking, handedOverAt + SILENCE_MS - 1)).toBeNull();
    const silent = silence(tracking, handedOverAt + SILENCE_MS)!;
    expect(silent.notes.map(({ code }) => code)).toEqual(["no_scan"]);
    expect(shownStatus(silent.tracking)).toBe("exception");
    expect(silence(silent.tracking, handedOverAt + 2 * SILENCE_MS)).toBeNull();
    const now = handedOverAt + 2 * SILENCE_MS;
    const late = decideTracking(silent.tracking, report(scan("in_transit", 30)), { now, labelAt: BOUGHT });
    expect(shownStatus(late.tracking)).toBe("in_transit");
  });

  it("counts from the last scan", () => {
    const { tracking } = play([report(scan("in_transit", 100))]);
    expect(silence(tracking, BOUGHT + 100 * HOUR + SILENCE_MS - 1)).toBeNull();
    expect(silence(tracking, BOUGHT + 100 * HOUR + SILENCE_MS)).not.toBeNull();
  });

  it("is none after it was delivered", () => {
    const { tracking } = play([report(scan("delivered", 10))]);
    expect(silence(tracking, BOUGHT + 100 * DAY)).toBeNull();
  });
});

/** How far the changed orders of a channel are read back, after each step. */
import { describe, expect, it } from "vitest";
import {
  afterFailure,
  afterPage,
  begunReadBack,
  stoppedReadBack,
  type ReadBack,
} from "../../../src/channels/domain/read-back";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 22, 1, 10);

const idle: ReadBack = {
  channelId: "shop",
  since: NOW - 20 * HOUR,
  startedAt: null,
  cursor: null,
  dueAt: null,
  attempts: 0,
  problem: null,
};
const reading: ReadBack = { ...idle, startedAt: NOW, dueAt: NOW, cursor: "p2" };

describe("a list of changed orders", () => {
  it("begins a day and an hour ago if the channel has none yet, and else where the last one began", () => {
    expect(begunReadBack(null, "shop", NOW)).toEqual({
      ...idle,
      since: NOW - 25 * HOUR,
      startedAt: NOW,
      dueAt: NOW,
    });
    expect(begunReadBack(idle, "shop", NOW)).toEqual({ ...idle, startedAt: NOW, dueAt: NOW });
  });

  it("goes on if it is not read to its end when the next night begins", () => {
    const late = { ...reading, dueAt: NOW + HOUR, attempts: 3, problem: "away" };
    expect(begunReadBack(late, "shop", NOW + 2 * MINUTE)).toEqual({ ...late, dueAt: NOW + 2 * MINUTE });
  });

  it("waits a minute after a page, and ends after the last one", () => {
    const failed = { ...reading, attempts: 2, problem: "away" };
    expect(afterPage(failed, "p3", NOW)).toEqual({ ...reading, cursor: "p3", dueAt: NOW + MINUTE });
    expect(afterPage(failed, null, NOW + HOUR)).toEqual({ ...idle, since: NOW - HOUR });
  });

  it.each([
    { attempts: 0, afterMs: 0, pause: MINUTE },
    { attempts: 2, afterMs: 0, pause: 4 * MINUTE },
    { attempts: 20, afterMs: 0, pause: HOUR },
    { attempts: 0, afterMs: 5 * MINUTE, pause: 5 * MINUTE },
  ])(
    "is asked again $pause ms after $attempts failures and a wait of $afterMs ms",
    ({ attempts, afterMs, pause }) => {
      const rejection = { code: "away", detail: "the storefront answers 429", afterMs } as const;
      expect(afterFailure({ ...reading, attempts }, rejection, NOW)).toEqual({
        ...reading,
        attempts: attempts + 1,
        problem: rejection.detail,
        dueAt: NOW + pause,
      });
    },
  );

  it("begins again if its cursor is refused", () => {
    const refused = afterFailure(reading, { code: "refused", detail: "the storefront answers 400" }, NOW);
    expect(refused).toMatchObject({ cursor: null, since: reading.since, startedAt: NOW });
  });

  it("stops if the channel cannot be read any more, and keeps where it began", () => {
    expect(stoppedReadBack({ ...reading, attempts: 1, problem: "away" })).toEqual(idle);
  });
});

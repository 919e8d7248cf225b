import * as fc from "fast-check";
import { expect, it } from "vitest";
import { addDays, weekday } from "../../../../src/kernel/calendar";
import { aLocation, DAY, dueNow, facts, line, orderWith, promised, WEDNESDAY } from "./promise-orders";

it("a promised day has not passed, and is a working day of the location", () => {
  const closed = fc.uniqueArray(
    fc.nat({ max: 40 }).map((days) => addDays("2026-11-20", days)),
    { maxLength: 10 },
  );
  const anyTime = fc.nat({ max: 40 * DAY }).map((later) => WEDNESDAY + later);
  fc.assert(
    fc.property(anyTime, anyTime, closed, fc.boolean(), (releaseAt, now, closedOn, isReleased) => {
      const locations = new Map([["east", aLocation("east", { closedOn })]]);
      const status = isReleased ? { status: "released" as const, releasedAt: releaseAt } : {};
      const order = orderWith([line()], [dueNow({ releaseAt, ...status })]);
      const { shipByOn } = promised(order, facts({ locations, now })).lines[0]!.promise!;
      const today = new Date(now).toISOString().slice(0, 10);
      expect(shipByOn! >= today).toBe(true);
      expect(closedOn).not.toContain(shipByOn);
      expect(weekday(shipByOn!)).toBeLessThan(6);
    }),
  );
});

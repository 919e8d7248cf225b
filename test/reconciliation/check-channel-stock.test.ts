import { describe, expect, it } from "vitest";
import type { ChannelStock } from "../../src/channels/domain/channel-stock";
import type { ChannelStockFindings } from "../../src/channels/repair-channel-stock";
import { checkChannelStock } from "../../src/reconciliation/check-channel-stock";

const DAY = 86_400_000;
const startedAt = Date.UTC(2026, 10, 24);

/** Shows 8 units since two days ago, and may sell 5. */
const row = (over: Partial<ChannelStock> = {}): ChannelStock => ({
  channelId: "shop",
  sku: "MUG",
  quantity: 5,
  externalId: "item 1",
  pushedQuantity: null,
  pushedAt: null,
  dueAt: startedAt,
  attempts: 0,
  problem: null,
  shownQuantity: 8,
  shownAt: startedAt,
  mismatchSince: startedAt - 2 * DAY,
  ...over,
});
const check = (repair: Partial<ChannelStockFindings>) =>
  checkChannelStock(
    { startedAt, compared: 0, repaired: [], mismatches: [], failed: [], ...repair },
    startedAt,
  );

describe("the check of what storefronts show", () => {
  it("is ok if nothing differs, and counts what was compared", () => {
    expect(check({ compared: 7 })).toMatchObject({ ok: true, counted: 7, exceptions: [], repaired: [] });
  });

  it("lists what was repaired", () => {
    expect(check({ repaired: [row(), row({ sku: "CAP", shownQuantity: null })] })).toMatchObject({
      ok: true,
      repaired: ["shop MUG: showed 8, may sell 5", "shop CAP: showed nothing, may sell 5"],
    });
  });

  it("has an exception with its age and problem for each mismatch", () => {
    expect(check({ mismatches: [row({ problem: "the storefront answers 401" })] }).exceptions).toEqual([
      {
        subject: "shop MUG",
        expected: 5,
        actual: 8,
        detail:
          "the storefront shows another quantity for 2 days, since 2026-11-22T00:00:00.000Z: the storefront answers 401",
      },
    ]);
    expect(check({ mismatches: [row({ mismatchSince: startedAt - DAY })] }).exceptions[0]!.detail).toContain(
      "for 1 day,",
    );
  });

  it("has fewer units as pending if they were first seen in this run, because a sale may be the cause", () => {
    const fewer = { shownQuantity: 4, mismatchSince: startedAt };
    expect(check({ mismatches: [row(fewer)] })).toMatchObject({
      ok: true,
      pending: ["shop MUG: showed 4, may sell 5, or has just sold some"],
    });
    expect(check({ mismatches: [row({ ...fewer, mismatchSince: startedAt - 1 })] }).ok).toBe(false);
    expect(check({ mismatches: [row({ ...fewer, shownQuantity: 6 })] }).ok).toBe(false);
  });

  it("has an exception for a channel that could not be read", () => {
    const failed = [{ channelId: "shop", problem: "the storefront does not answer" }];
    expect(check({ failed })).toMatchObject({
      ok: false,
      exceptions: [
        { subject: "shop", expected: null, actual: null, detail: "the storefront does not answer" },
      ],
      pending: [],
    });
  });
});

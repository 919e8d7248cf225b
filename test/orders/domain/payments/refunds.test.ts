import { describe, expect, it } from "vitest";
import type { NewRefund } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { refundedUnits } from "../../../../src/orders/domain/payments/refund-units";
import { decideRefund, decideReportedRefund } from "../../../../src/orders/domain/payments/refunds";
import {
  aRefund,
  aSale,
  cancel,
  inSync,
  lineNamed,
  refund,
  refundLine,
  release,
  RULES,
  ship,
  sold,
  standing,
  takenIn,
} from "../../../support/a-sale";
import { NOON } from "../../../support/an-order";

const mugs = { lines: [sold("Mug", 2)] };
const waiting = takenIn(aSale(mugs));
const oneSent = ship(release(waiting), { Mug: 1 });
const bothSent = ship(oneSent);
const owedOne = takenIn(aSale(mugs), { Mug: "east:1 owed:1" });
/** Two mugs of the first sale and a third that an edit added: two lines here, and one there. */
const grown = inSync(waiting, aSale({ lines: [sold("Mug", 3)], storefrontUpdatedAt: NOON + 1 }));

const owedBoth = takenIn(aSale(mugs), { Mug: "owed:2" });
const additionSent = ship(
  release(inSync(owedBoth, aSale({ lines: [sold("Mug", 3)], storefrontUpdatedAt: NOON + 1 }))),
);

const naming = (...lines: string[]): Partial<NewRefund> => ({ lines: lines.map(refundLine) });
/** Where returned units went: `["1 to east", "2 nowhere"]`. */
const cameBack = (order: Order, told: NewRefund): string[] =>
  decideRefund(order, told, RULES).flatMap((event) =>
    event.type === "refund.recorded"
      ? event.returned.map((each) => `${each.quantity} ${each.restockLocationId ?? "nowhere"}`)
      : [],
  );

describe("a refund's units", () => {
  it.each<[string, Order, string[], string[], string[]]>([
    ["are cancelled, where they wait", waiting, ["1 Mug cancel"], ["Mug: 1 allocated, 1 cancelled"], []],
    [
      "are cancelled, though it says that they came back",
      waiting,
      ["1 Mug return"],
      ["Mug: 1 allocated, 1 cancelled"],
      [],
    ],
    [
      "are cancelled, though it says nothing of them",
      waiting,
      ["1 Mug none"],
      ["Mug: 1 allocated, 1 cancelled"],
      [],
    ],
    ["are cancelled, those first that wait", oneSent, ["1 Mug cancel"], ["Mug: 1 shipped, 1 cancelled"], []],
    [
      "have come back, those first that were sent",
      oneSent,
      ["1 Mug return"],
      ["Mug: 1 allocated, 1 shipped (1 returned)"],
      ["1 east"],
    ],
    [
      "have come back, and are not restocked",
      oneSent,
      ["1 Mug none"],
      ["Mug: 1 allocated, 1 shipped (1 returned)"],
      ["1 nowhere"],
    ],
    [
      "have come back, though it says that they are cancelled",
      bothSent,
      ["1 Mug cancel"],
      ["Mug: 2 shipped (1 returned)"],
      ["1 nowhere"],
    ],
    [
      "have come back and are cancelled",
      oneSent,
      ["2 Mug return"],
      ["Mug: 1 shipped (1 returned), 1 cancelled"],
      ["1 east"],
    ],
    [
      "are cancelled and have come back",
      oneSent,
      ["2 Mug cancel"],
      ["Mug: 1 shipped (1 returned), 1 cancelled"],
      ["1 nowhere"],
    ],
    [
      "of a line named twice have each their fate",
      oneSent,
      ["1 Mug return", "1 Mug cancel"],
      ["Mug: 1 shipped (1 returned), 1 cancelled"],
      ["1 east"],
    ],
    [
      "of a line named twice all come back",
      bothSent,
      ["1 Mug return", "1 Mug none"],
      ["Mug: 2 shipped (2 returned)"],
      ["1 east", "1 nowhere"],
    ],
    [
      "of a line named twice are all cancelled",
      waiting,
      ["1 Mug cancel", "1 Mug cancel"],
      ["Mug: 2 cancelled"],
      [],
    ],
    [
      "of a line named twice are all cancelled, those owed first",
      owedOne,
      ["1 Mug cancel", "1 Mug return"],
      ["Mug: 2 cancelled"],
      [],
    ],
    [
      "are of the line as first sold, then of what edits added",
      grown,
      ["3 Mug cancel"],
      ["Mug: 2 cancelled", "Mug: 1 cancelled"],
      [],
    ],
    [
      "of a line whose addition waits are cancelled",
      ship(release(grown), { Mug: 2 }),
      ["1 Mug cancel"],
      ["Mug: 2 shipped", "Mug: 1 cancelled"],
      [],
    ],
    [
      "of a line whose addition waits come back first",
      ship(release(grown), { Mug: 2 }),
      ["3 Mug return"],
      ["Mug: 2 shipped (2 returned)", "Mug: 1 cancelled"],
      ["2 east"],
    ],
    [
      "that came back are those that were sent, though the line as first sold waits",
      additionSent,
      ["1 Mug return"],
      ["Mug: 2 backordered", "Mug: 1 shipped (1 returned)"],
      ["1 east"],
    ],
    [
      "cancelled here before are only paid for",
      cancel(waiting, { Mug: 1 }),
      ["1 Mug cancel"],
      ["Mug: 1 allocated, 1 cancelled"],
      [],
    ],
    [
      "beyond those cancelled here before are cancelled",
      cancel(waiting, { Mug: 1 }),
      ["2 Mug cancel"],
      ["Mug: 2 cancelled"],
      [],
    ],
    [
      "cancelled here before are counted once for a line named twice",
      cancel(waiting, { Mug: 1 }),
      ["1 Mug cancel", "1 Mug cancel"],
      ["Mug: 2 cancelled"],
      [],
    ],
    [
      "that another refund named are not named by it",
      refund(waiting, aRefund("r0", naming("1 Mug cancel"))),
      ["1 Mug cancel"],
      ["Mug: 2 cancelled"],
      [],
    ],
    [
      "that came back before are not those that come back now",
      refund(bothSent, aRefund("r0", naming("1 Mug return"))),
      ["1 Mug return"],
      ["Mug: 2 shipped (2 returned)"],
      ["1 east"],
    ],
  ])("%s", (_rule, order, lines, expected, back) => {
    const told = aRefund("ref_1", naming(...lines));
    expect(cameBack(order, told)).toEqual(back);
    const after = refund(order, told);
    expect(standing(after)).toEqual(expected);
    expect(after.holds).toEqual([]);
    expect(decideRefund(after, told, RULES)).toEqual([]);
  });

  it.each<[string, Order, string[], string]>([
    ["more than there are", waiting, ["3 Mug cancel"], "1 of Mug not on the order"],
    [
      "more than there are, line named twice",
      bothSent,
      ["1 Mug return", "3 Mug none"],
      "2 of Mug not on the order",
    ],
    ["of a line that is not the order's", waiting, ["1 Hat cancel"], "1 of Hat not on the order"],
    [
      "more than are left",
      refund(bothSent, aRefund("r0", naming("2 Mug return"))),
      ["1 Mug return"],
      "1 of Mug not on the order",
    ],
  ])("hold the order when they are %s", (_what, order, lines, problem) => {
    const after = refund(order, aRefund("ref_1", naming(...lines)));
    expect(after.holds).toMatchObject([{ code: "refund_unmatched", detail: `Refund ref_1: ${problem}.` }]);
  });

  it("are counted by line, over all refunds", () => {
    const refunds = [naming("1 Mug cancel", "2 Mug none"), naming("4 Mug return", "8 Cup none")];
    const all = refunds.map((each) => aRefund("r", each));
    expect(refundedUnits(all, "Mug")).toBe(7);
  });

  it("are cancelled for the refund's reason, or for being refunded", () => {
    const reasons = [
      aRefund("a", naming("1 Mug cancel")),
      aRefund("b", { ...naming("1 Mug cancel"), reason: "Broken" }),
    ];
    expect(reasons.map((told) => decideRefund(waiting, told, RULES)[0])).toMatchObject([
      { reason: "Refunded at the storefront", by: "web" },
      { reason: "Broken" },
    ]);
  });
});

describe("a refund holds the order", () => {
  const beyond = "Refund ref_1: more was refunded than was paid.";
  const twice = refund(bothSent, aRefund("r0", { amountMinor: 4800 }));
  it.each<[string, Order, number, string[]]>([
    ["not, when all that was paid goes back", bothSent, 4800, []],
    ["when more goes back than was paid", bothSent, 4801, [beyond]],
    ["when more goes back than was paid, with those before", twice, 1, [beyond]],
    ["not for those before, when it is of nothing", refund(twice, aRefund("r1", { amountMinor: 9 })), 0, []],
  ])("%s", (_when, order, amountMinor, expected) => {
    const events = decideRefund(order, aRefund("ref_1", { amountMinor }), RULES);
    const details = events.flatMap((event) => (event.type === "order.held" ? [event.hold.detail] : []));
    expect(details).toEqual(expected);
  });

  it("when it grows beyond what was paid", () => {
    const order = refund(bothSent, aRefund("ref_1", { amountMinor: 4800 }));
    const after = refund(order, aRefund("ref_1", { amountMinor: 4900 }));
    expect(after.holds).toMatchObject([{ code: "refund_unmatched", detail: beyond }]);
  });
});

describe("a refund told by itself", () => {
  const told = {
    refund: aRefund("ref_1", { amountMinor: 2400, ...naming("1 Mug return") }),
    currency: "GBP",
  };
  const problem = { code: "amount_inexact", detail: "Half a penny." } as const;

  it("is a refund like any other", () => {
    expect(decideReportedRefund(bothSent, { ...told, problems: [] }, RULES)).toEqual(
      decideRefund(bothSent, told.refund, RULES),
    );
  });

  it("in another currency cannot be booked, and holds the order once", () => {
    const foreign = { ...told, currency: "EUR", problems: [problem] };
    const events = decideReportedRefund(bothSent, foreign, RULES);
    const hold = { code: "refund_unmatched", detail: "Refund ref_1 is in EUR, and the order in GBP." };
    expect(events).toMatchObject([{ type: "order.held", hold }]);
    const held = {
      ...bothSent,
      holds: [{ ...hold, code: "refund_unmatched", placedAt: 0, placedBy: "" } as const],
    };
    expect(decideReportedRefund(held, foreign, RULES)).toEqual([]);
  });

  it("holds the order for what is wrong with it, and not again when it is repeated", () => {
    const events = decideReportedRefund(bothSent, { ...told, problems: [problem] }, RULES);
    expect(events.map(({ type }) => type)).toEqual(["refund.recorded", "order.held"]);
    const known = refund(bothSent, told.refund);
    expect(decideReportedRefund(known, { ...told, problems: [problem] }, RULES)).toEqual([]);
  });

  it("restocks where the rules say", () => {
    const nowhere = { ...RULES, restockLocationId: () => null };
    const [event] = decideRefund(bothSent, told.refund, nowhere);
    expect(event).toMatchObject({
      returned: [{ lineId: lineNamed(bothSent, "Mug"), restockLocationId: null }],
    });
  });
});

/**
 * Tables listed_orders and order_terms: what was ordered and what was shipped by day, and how promises ended. Orders of a
 * day are a range of keys; days of shipping and of promises' ends are words of the full-text index. The caller passes the
 * bounds of each day, since SQL does not know where a local day begins. Sums of amounts are exact, also beyond 2^53.
 */
import { addDays, daysBetween } from "../../kernel/calendar";
import { sumColumns, wholeOfParts, type Whole } from "../../kernel/whole-numbers";
import { channelTerm, settledTerm, shippedTerm, utcDayOf } from "../domain/terms";
import { joinedWord } from "../domain/words";
import { firstKeyOf } from "./listed-orders";

export type Day = Readonly<{ on: string; start: number; end: number }>;
export type ReportFilter = Readonly<{ channelId: string | null; sku: string | null }>;

export type DemandRow = Readonly<{
  on: string;
  currency: string;
  units: number;
  amountMinor: Whole;
  cancelled: number;
  backordered: number;
}>;

const [FIRST, END] = [firstKeyOf("day.value ->> 'start'"), firstKeyOf("day.value ->> 'end'")];

const DEMAND = (
  orders: string,
) => `SELECT day.value ->> 'on' AS "on", o.currency, sum(line.value ->> 2) AS units,
    ${sumColumns("line.value ->> 9", "amount")}, sum(line.value ->> 7) AS cancelled, sum(line.value ->> 4) AS backordered
  FROM json_each(?1) AS day ${orders} CROSS JOIN json_each(o.lines) AS line
  WHERE (?2 IS NULL OR o.channel_id = ?2) AND (?3 IS NULL OR line.value ->> 0 = ?3)
  GROUP BY 1, 2`;

const SHIPPED = `SELECT day.value ->> 'on' AS "on", o.currency, sum(unit.value ->> 2) AS units,
    ${sumColumns("unit.value ->> 3", "amount")}
  FROM json_each(?1) AS day
  CROSS JOIN order_terms AS t ON t.order_terms MATCH day.value ->> 'terms'
  CROSS JOIN listed_orders AS o ON o.key = t.rowid
  CROSS JOIN json_each(o.shipped) AS unit
    ON unit.value ->> 0 >= day.value ->> 'start' AND unit.value ->> 0 < day.value ->> 'end'
  WHERE (?2 IS NULL OR o.channel_id = ?2) AND (?3 IS NULL OR unit.value ->> 1 = ?3)
  GROUP BY 1, 2`;

/** The SQL of each report. Exported so that a test can check its query plan. */
export const REPORTS = {
  demand: DEMAND(`CROSS JOIN listed_orders AS o ON o.key >= ${FIRST} AND o.key < ${END}`),
  demandOf:
    DEMAND(`CROSS JOIN order_terms AS t ON t.order_terms MATCH ?4 AND t.rowid >= ${FIRST} AND t.rowid < ${END}
    CROSS JOIN listed_orders AS o ON o.key = t.rowid`),
  shipped: SHIPPED,
  outcomes: `SELECT day.value ->> 'on' AS "on", outcome.value ->> 1 AS locationId, outcome.value ->> 2 AS carrier,
      count(*) AS ended, sum(outcome.value ->> 3 = 0) AS kept, sum(outcome.value ->> 3) AS daysLate,
      sum(outcome.value ->> 4) AS moves
    FROM json_each(?1) AS day
    CROSS JOIN order_terms AS t ON t.order_terms MATCH day.value ->> 'terms'
    CROSS JOIN listed_orders AS o ON o.key = t.rowid
    CROSS JOIN json_each(o.outcomes) AS outcome ON outcome.value ->> 0 = day.value ->> 'on'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
} as const;

/** Units ordered on each day, and how many of them are cancelled or backordered now. */
export async function demandByDay(
  db: D1Database,
  days: readonly Day[],
  { channelId, sku }: ReportFilter,
): Promise<readonly DemandRow[]> {
  const match = matchOf({ channelId, sku });
  const given = [JSON.stringify(days), channelId, sku];
  const statement =
    match === ""
      ? db.prepare(REPORTS.demand).bind(...given)
      : db.prepare(REPORTS.demandOf).bind(...given, match);
  const { results } = await statement.all<WithParts<DemandRow>>();
  return results.map(withAmount);
}

type WithParts<Row> = Omit<Row, "amountMinor"> & Readonly<{ amountHigh: number; amountLow: number }>;

const withAmount = <Row extends Readonly<{ amountHigh: number; amountLow: number }>>({
  amountHigh,
  amountLow,
  ...row
}: Row) => ({ ...row, amountMinor: wholeOfParts(amountHigh, amountLow) });

export type ShippedRow = Readonly<{ on: string; currency: string; units: number; amountMinor: Whole }>;

/** Units shipped on each day, with their amount from the order. */
export async function shippedByDay(
  db: D1Database,
  days: readonly Day[],
  filter: ReportFilter,
): Promise<readonly ShippedRow[]> {
  const condition = matchOf(filter);
  const given = days.map((day) => {
    const shipped = `(${utcDays(day)
      .map((each) => whole(shippedTerm(each)))
      .join(" OR ")})`;
    return { ...day, terms: condition === "" ? shipped : `${condition} AND ${shipped}` };
  });
  const { results } = await db
    .prepare(REPORTS.shipped)
    .bind(JSON.stringify(given), filter.channelId, filter.sku)
    .all<WithParts<ShippedRow>>();
  return results.map(withAmount);
}

/** The days of UTC that the day of another time zone touches. */
function utcDays({ start, end }: Day): string[] {
  const [first, last] = [utcDayOf(start), utcDayOf(end - 1)];
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, i) => addDays(first, i));
}

const whole = (word: string): string => `"${word}"`;

const matchOf = ({ channelId, sku }: ReportFilter): string =>
  [channelId === null ? null : channelTerm(channelId), sku === null ? null : joinedWord(sku)]
    .filter((word) => word !== null)
    .map(whole)
    .join(" AND ");

export type EndedPromises = Readonly<{
  on: string;
  locationId: string | null;
  carrier: string | null;
  ended: number;
  kept: number;
  daysLate: number;
  moves: number;
}>;

/** Counts of lines whose promise ended on the days, by day, location and carrier. */
export async function endedPromises(
  db: D1Database,
  { from, to }: Readonly<{ from: string; to: string }>,
): Promise<EndedPromises[]> {
  const days = Array.from({ length: daysBetween(from, to) + 1 }, (_, i) => addDays(from, i));
  const given = days.map((on) => ({ on, terms: whole(settledTerm(on)) }));
  const { results } = await db.prepare(REPORTS.outcomes).bind(JSON.stringify(given)).all<EndedPromises>();
  return results;
}

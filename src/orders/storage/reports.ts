/**
 * Tables orders, order_lines and shipments: what was ordered and what was shipped, by day. The caller passes the bounds
 * of each day, since SQL does not know where a local day begins. Sums of amounts are exact, also beyond 2^53.
 */
import { sumColumns, wholeOfParts, type Whole } from "../../kernel/whole-numbers";

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

/** The line's amount after discount, without tax. */
const NET = "l.gross_minor - l.discount_minor - CASE o.tax_included WHEN 1 THEN l.tax_minor ELSE 0 END";

const ORDERED = `SELECT day.value ->> 'on' AS "on", o.currency, sum(l.ordered) AS units,
  ${sumColumns(NET, "amount")}, sum(l.cancelled) AS cancelled, sum(l.backordered) AS backordered
FROM json_each(?1) AS day`;

const STATUSES = `json_each('["open", "on_hold", "cancelled", "closed"]')`;

/** A query for each filter, so that each reads by its own index. */
const DEMAND = {
  sku: `${ORDERED}
    CROSS JOIN order_lines AS l INDEXED BY order_lines_by_sku
      ON l.sku = ?2 AND l.placed_at >= day.value ->> 'start' AND l.placed_at < day.value ->> 'end'
    CROSS JOIN orders AS o ON o.id = l.order_id AND (?3 IS NULL OR o.channel_id = ?3)
    GROUP BY 1, 2`,
  channel: `${ORDERED} CROSS JOIN ${STATUSES} AS status
    CROSS JOIN orders AS o INDEXED BY orders_by_channel ON o.channel_id = ?3 AND o.status = status.value
      AND o.placed_at >= day.value ->> 'start' AND o.placed_at < day.value ->> 'end'
    CROSS JOIN order_lines AS l ON l.order_id = o.id AND ?2 IS NULL
    GROUP BY 1, 2`,
  all: `${ORDERED} CROSS JOIN ${STATUSES} AS status
    CROSS JOIN orders AS o INDEXED BY orders_by_status ON o.status = status.value
      AND o.placed_at >= day.value ->> 'start' AND o.placed_at < day.value ->> 'end'
    CROSS JOIN order_lines AS l ON l.order_id = o.id AND ?2 IS NULL AND ?3 IS NULL
    GROUP BY 1, 2`,
} as const;

/** Units ordered on each day, and how many of them are cancelled or backordered now. */
export async function demandByDay(
  db: D1Database,
  days: readonly Day[],
  { channelId, sku }: ReportFilter,
): Promise<readonly DemandRow[]> {
  const query = DEMAND[sku !== null ? "sku" : channelId !== null ? "channel" : "all"];
  const { results } = await db
    .prepare(query)
    .bind(JSON.stringify(days), sku, channelId)
    .all<WithParts<DemandRow>>();
  return results.map(withAmount);
}

type WithParts<Row> = Omit<Row, "amountMinor"> & Readonly<{ amountHigh: number; amountLow: number }>;

const withAmount = <Row extends Readonly<{ amountHigh: number; amountLow: number }>>({
  amountHigh,
  amountLow,
  ...row
}: Row) => ({ ...row, amountMinor: wholeOfParts(amountHigh, amountLow) });

export type ShippedRow = Readonly<{ on: string; currency: string; units: number; amountMinor: Whole }>;

/**
 * The share of the first units: ⌊amount × units / ordered⌋. Written so that no product passes 2^63, where SQLite would
 * go on with floating point.
 */
const upTo = (amount: string, units: string) =>
  `(${amount} / l.ordered * (${units}) + ${amount} % l.ordered * (${units}) / l.ordered)`;

/** The share of units from `before` to `before + quantity`, by the same rule as `unitShare` in kernel/money.ts. */
const share = (amount: string) =>
  `(${upTo(amount, "shipped.before + shipped.quantity")} - ${upTo(amount, "shipped.before")})`;

const SHIPPED_NET = `${share("l.gross_minor")} - ${share("l.discount_minor")}
    - CASE o.tax_included WHEN 1 THEN ${share("l.tax_minor")} ELSE 0 END`;

const SHIPPED = `SELECT shipped."on", o.currency, sum(shipped.quantity) AS units,
  ${sumColumns(SHIPPED_NET, "amount")}
FROM (
  SELECT day.value ->> 'on' AS "on", s.order_id, shipped.value ->> 'lineId' AS line_id,
    shipped.value ->> 'quantity' AS quantity,
    coalesce((
      SELECT sum(earlier.value ->> 'quantity') FROM shipments AS e, json_each(e.lines) AS earlier
      WHERE e.order_id = s.order_id AND (e.shipped_at, e.id) < (s.shipped_at, s.id)
        AND earlier.value ->> 'lineId' = shipped.value ->> 'lineId'
    ), 0) AS before
  FROM json_each(?1) AS day
  CROSS JOIN shipments AS s INDEXED BY shipments_by_day
    ON s.shipped_at >= day.value ->> 'start' AND s.shipped_at < day.value ->> 'end'
  CROSS JOIN json_each(s.lines) AS shipped
) AS shipped
CROSS JOIN orders AS o ON o.id = shipped.order_id AND (?3 IS NULL OR o.channel_id = ?3)
CROSS JOIN order_lines AS l ON l.order_id = shipped.order_id AND l.id = shipped.line_id AND (?2 IS NULL OR l.sku = ?2)
GROUP BY 1, 2`;

/** Units shipped on each day, with their amount from the order. */
export async function shippedByDay(
  db: D1Database,
  days: readonly Day[],
  { channelId, sku }: ReportFilter,
): Promise<readonly ShippedRow[]> {
  const { results } = await db
    .prepare(SHIPPED)
    .bind(JSON.stringify(days), sku, channelId)
    .all<WithParts<ShippedRow>>();
  return results.map(withAmount);
}

/** The order directory at rest: it lists every order as it is, and nothing else. */
import { num, sum, unless, type StoredState } from "./stored-state";

/** G10: every order has a row in its last version, with its words; no row is left of something else. */
export function directoryEqual({ orders, lines, listed }: StoredState): string[] {
  const rows = new Map(listed.map((row) => [row.id, row]));
  const linesOf = Map.groupBy(lines, ({ order_id }) => order_id);
  const differing = orders.flatMap((order) => {
    const row = rows.get(order.id);
    if (!row) return [`G10 order ${order.id}: the directory does not list it`];
    const shown = ["version", "status", "number", "email", "total_minor"] as const;
    const different = shown.filter((column) => row[column] !== order[column]);
    const [ordered, shipped] = ["ordered", "shipped"].map((column) =>
      sum((linesOf.get(order.id) ?? []).map((line) => line[column]!)),
    );
    const units = JSON.parse(String(row.lines)) as number[][];
    const count = (at: number) => units.reduce((all, line) => all + line[at]!, 0);
    const words = String(row.terms).split(" ");
    return [
      ...different.map(
        (column) => `G10 order ${order.id}: ${column} is ${order[column]}, listed as ${row[column]}`,
      ),
      ...unless(
        count(2) === ordered && count(6) === shipped,
        `G10 order ${order.id}: its listed units differ`,
      ),
      ...unless(words.includes(`=s${order.status}`), `G10 order ${order.id}: it is not found by its status`),
    ];
  });
  const known = new Set(orders.map(({ id }) => id));
  const unknown = listed.flatMap(({ id, version }) =>
    unless(known.has(id), `G10 order ${id}: listed in version ${num(version)}, and not stored`),
  );
  return [...differing, ...unknown];
}

/** Compares what is known of orders outside of their database with the versions that it has. Pure. */
import type { OrderId } from "../../kernel/ids";

type Trace = Readonly<{ id: OrderId; version: number }>;

/** `lost`: orders that the database does not have. `behind`: those of which it has an earlier version. */
export function tracesToLose<Known extends Trace>(
  traces: readonly Known[],
  stored: ReadonlyMap<OrderId, number>,
): Readonly<{ lost: readonly Known[]; behind: readonly Readonly<{ trace: Known; version: number }>[] }> {
  const behind = traces.flatMap((trace) => {
    const version = stored.get(trace.id);
    return version !== undefined && version < trace.version ? [{ trace, version }] : [];
  });
  return { lost: traces.filter(({ id }) => !stored.has(id)), behind };
}

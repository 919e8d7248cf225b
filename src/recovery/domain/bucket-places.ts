/** Whether the map of buckets and the orders databases are of the same time. Pure. */

export type BucketOf = Readonly<{
  bucket: number;
  /** The database that the map names. */
  mapped: string;
  databases: readonly Readonly<{
    name: string;
    hasOrders: boolean;
    /** The database's own mark: the bucket left it. */
    isMarkedGone: boolean;
    wasRestored: boolean;
  }>[];
}>;

export type BucketFaults = Readonly<{
  /** What a person must do before orders can be recovered. */
  refusals: readonly string[];
  /** Marks that a restored database has lost: the bucket had left it. */
  fences: readonly Readonly<{ bucket: number; database: string }>[];
}>;

/** @param setMap says how to make the map name the database for the bucket. */
export function bucketFaults(
  buckets: readonly BucketOf[],
  setMap: (bucket: number, database: string) => string,
): BucketFaults {
  const faults = buckets.map((each) => faultsOf(each, setMap));
  return {
    refusals: faults.flatMap(({ refusals }) => refusals),
    fences: faults.flatMap(({ fences }) => fences),
  };
}

const NONE: BucketFaults = { refusals: [], fences: [] };
const refused = (text: string): BucketFaults => ({ refusals: [text], fences: [] });

function faultsOf(
  { bucket, mapped, databases }: BucketOf,
  setMap: (bucket: number, database: string) => string,
): BucketFaults {
  const here = databases.find(({ name }) => name === mapped);
  if (here === undefined) return refused(`Bucket ${bucket} is in ${mapped}, which is not bound.`);
  const others = databases.filter(({ name, hasOrders }) => name !== mapped && hasOrders);
  const open = others.filter(({ isMarkedGone }) => !isMarkedGone);
  if (here.isMarkedGone) {
    const [there] = open;
    return there !== undefined && open.length === 1
      ? refused(
          `Bucket ${bucket} left ${mapped} for ${there.name}, and the map is older. ${setMap(bucket, there.name)}`,
        )
      : refused(`Bucket ${bucket} left ${mapped}, which the map names, and no other database has it alone.`);
  }
  const lostMark = open.filter(({ wasRestored }) => wasRestored);
  if (lostMark.length < open.length) {
    const names = [mapped, ...open.map(({ name }) => name)].join(" and ");
    return refused(`${names} have orders of bucket ${bucket}. Find out which database had it last.`);
  }
  const [left] = others.filter(({ isMarkedGone }) => isMarkedGone);
  if (here.wasRestored && !here.hasOrders && left !== undefined && lostMark.length === 0) {
    return refused(
      `${mapped} was restored to a time before bucket ${bucket} came from ${left.name}, which still has its orders as of the move. ${setMap(bucket, left.name)} Then delete its row in closed_buckets of ${left.name}.`,
    );
  }
  return { ...NONE, fences: lostMark.map(({ name }) => ({ bucket, database: name })) };
}

/** Begins the move of a bucket to another orders database, and undoes one that is not over. */
import { reject, type Result } from "../../kernel/result";
import type { PlatformContext } from "../context";
import { bucketPlaces, FIRST_DATABASE, type OrdersDatabaseName } from "../d1/order-buckets";
import type { Job } from "../jobs/job";
import { runsBefore, type StoredRun } from "../jobs/job-runs";
import { cancel, startRun, type JobRunning } from "../jobs/start-run";
import { isOver, newBucketMove, undone, type BucketMove } from "./bucket-move";
import type { MovedTable } from "./moved-table";
import { performMoveStep } from "./perform-move";

type MoveParameters = Readonly<{
  bucket: number;
  from: OrdersDatabaseName;
  to: OrdersDatabaseName;
  /** Whether the run brings the bucket back to `from`. */
  undo: boolean;
}>;

/** One bucket is moved at a time. */
const BUCKET_MOVE = { name: "bucket-move" };

export const bucketMoveJob = (
  tables: readonly MovedTable[],
): Job<PlatformContext, MoveParameters, BucketMove> => ({
  ...BUCKET_MOVE,
  step: async (context, { parameters, cursor, hasBudget }) => {
    const { move, pauseMs } = await performMoveStep(
      context,
      tables,
      cursor ?? firstOf(parameters),
      hasBudget,
    );
    const { bucket, copied, source, target } = move;
    return {
      cursor: move,
      isDone: isOver(move),
      progress: { bucket, rowsCopied: copied, rowsCompared: source.rows, rowsFound: target.rows },
      pauseMs,
    };
  },
});

function firstOf({ bucket, from, to, undo }: MoveParameters): BucketMove {
  const move = newBucketMove(bucket, from, to);
  return (undo ? undone(move) : null) ?? move;
}

/** `database`: where the bucket is. */
export type BucketThere = Readonly<{ code: "bucket_there"; database: string }>;
export type DatabaseUnknown = Readonly<{ code: "database_unknown"; known: readonly string[] }>;

export async function startBucketMove(
  context: PlatformContext,
  bucket: number,
  to: OrdersDatabaseName,
): Promise<Result<StoredRun, BucketThere | DatabaseUnknown | JobRunning>> {
  const { primary, names } = context.databases;
  if (!names.includes(to)) return reject({ code: "database_unknown", known: names });
  const from = (await bucketPlaces(primary)).get(bucket)?.database ?? FIRST_DATABASE;
  if (from === to) return reject({ code: "bucket_there", database: to });
  return startRun(context, BUCKET_MOVE, { bucket, from, to, undo: false });
}

export type NotMoving = Readonly<{ code: "bucket_not_moving" }>;

/** Ends the last move of the bucket, and opens the bucket where it was. Rejected once the map names the new database. */
export async function undoBucketMove(
  context: PlatformContext,
  bucket: number,
): Promise<Result<StoredRun, NotMoving | BucketThere | JobRunning>> {
  const { primary } = context.databases;
  const [last] = await runsBefore(primary, { job: BUCKET_MOVE.name, before: null, limit: 1 });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parameters of the job's own runs.
  const parameters = last?.parameters as MoveParameters | undefined;
  const isOfBucket = parameters?.bucket === bucket && !parameters.undo && last?.status !== "done";
  if (!last || !parameters || !isOfBucket) return reject({ code: "bucket_not_moving" });
  const { database } = (await bucketPlaces(primary)).get(bucket) ?? { database: FIRST_DATABASE };
  if (database === parameters.to) return reject({ code: "bucket_there", database });
  await cancel(context, last.id);
  return startRun(context, BUCKET_MOVE, { ...parameters, undo: true });
}

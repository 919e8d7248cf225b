/** Events of the delivery promise of a line. */
import type { LineId } from "../../../kernel/ids";
import type { LinePromise, MoveReason, PromisedDay } from "../../../promises/domain/promise";

export type PromiseEvent =
  /** The first promise of a line; it may have no date, with the reason. */
  | Readonly<{ type: "promise.made"; lineId: LineId; promise: LinePromise }>
  | Readonly<{
      type: "promise.moved";
      lineId: LineId;
      before: LinePromise;
      after: LinePromise;
      reason: MoveReason;
    }>
  | Readonly<{
      /** The last unit of the line has arrived, or left; measured by the first day that was promised. */
      type: "promise.settled";
      lineId: LineId;
      of: PromisedDay["of"];
      promisedOn: string;
      settledOn: string;
      daysLate: number;
      locationId: string | null;
      carrier: string | null;
    }>;

/** A rejection that a later delivery of the same message may overcome. */

type Rejection = Readonly<{ code: string; afterMs?: number }>;

/** An error that makes the queue deliver the message again, not before `afterMs` where the rejection names it. */
export class RetryLater extends Error {
  readonly afterMs: number;

  constructor(rejection: Rejection) {
    super(JSON.stringify(rejection));
    this.afterMs = rejection.afterMs ?? 0;
  }
}

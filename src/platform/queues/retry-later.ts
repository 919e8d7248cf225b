/** The error of a consumer for a rejection that may not recur at a later delivery. */

type Rejection = Readonly<{ code: string; afterMs?: number }>;

/** Makes the queue deliver the message again, not before the rejection's `afterMs` if it has one. */
export class RetryLater extends Error {
  readonly afterMs: number;

  constructor(rejection: Rejection) {
    super(JSON.stringify(rejection));
    this.afterMs = rejection.afterMs ?? 0;
  }
}

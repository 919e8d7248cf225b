/** The faults that can strike a call, and the errors that the platform reports for them. */

/**
 * Calls that leave the Worker or an object: to D1, to an object's method, to a queue, to the archive in R2, to an outside
 * system. And what the platform does by itself: it runs an alarm, fires a cron, delivers a batch.
 */
export type CallKind = "d1" | "stock" | "queue" | "archive" | "fetch" | "alarm" | "cron" | "batch";

export const FAULTS = {
  /** It is not done, and the caller gets an error. Alarms and batches come later, crons are skipped. */
  fail: ["d1", "stock", "queue", "archive", "fetch", "alarm", "cron", "batch"],
  /** It is done, and the caller gets an error. A batch's acknowledgements are lost, so that it is delivered again. */
  loseReply: ["d1", "stock", "queue", "archive", "fetch", "batch"],
  /** It is done twice: a cron concurrently, everything else one after the other. */
  twice: ["d1", "stock", "queue", "archive", "fetch", "alarm", "cron", "batch"],
  /** The caller gets an error, and it is done some calls later. A queue message is delivered later than newer ones. */
  late: ["d1", "stock", "queue", "archive", "fetch"],
  /** The queue accepts the message and loses it. Never the intake queue, which holds the only copy. */
  drop: ["queue"],
  /** The isolate dies before it: neither it nor any later call of the invocation is done. */
  dieBefore: ["d1", "stock", "queue", "archive"],
  /** The isolate dies after it. */
  dieAfter: ["d1", "stock", "queue", "archive"],
  /** D1 rejects the call as overloaded. */
  overloaded: ["d1"],
  /** D1 never answers. */
  stall: ["d1"],
  /** The object is evicted before it, and loses its memory. */
  evict: ["stock", "alarm"],
  /** The object does it, and is reset before the answer arrives. */
  abort: ["stock"],
} as const satisfies Record<string, readonly CallKind[]>;

export type FaultName = keyof typeof FAULTS;
export type Fault = Readonly<{ call: number; fault: FaultName }>;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** `reads`: it changes nothing, so whether and how often it is done makes no difference. */
export type Call = Readonly<{ kind: CallKind; name: string; reads: boolean }>;

const ONLY_ON_WRITES: readonly FaultName[] = ["loseReply", "twice", "late", "dieAfter"];

/** Whether the fault can happen to the call and has another effect than every other fault. */
export const canStrike = (fault: FaultName, { kind, name, reads }: Call): boolean =>
  (FAULTS[fault] as readonly CallKind[]).includes(kind) &&
  !(reads && ONLY_ON_WRITES.includes(fault)) &&
  // It could arrive days later, when the provider no longer knows its idempotency key.
  !(fault === "late" && name === "email");

/** D1's errors that may be retried: https://developers.cloudflare.com/d1/observability/debug-d1/ */
const D1_LOST = [
  "Network connection lost.",
  "D1 DB reset because its code was updated.",
  "Internal error while starting up D1 DB storage caused object to be reset.",
  "Internal error in D1 DB storage caused object to be reset.",
  "Cannot resolve D1 DB due to transient issue on remote node.",
  "Can't read from request stream because client disconnected.",
  "D1 DB's isolate exceeded its memory limit and was reset.",
];
const D1_OVERLOADED = [
  "D1 DB is overloaded. Requests queued for too long.",
  "D1 DB is overloaded. Too many requests queued.",
  "D1 DB exceeded its CPU time limit and was reset.",
  "D1 DB storage operation exceeded timeout which caused object to be reset.",
];

const oneOf = (texts: readonly string[], number: number): string => texts[number % texts.length]!;

export const overloadedError = (number: number): Error =>
  new Error(`D1_ERROR: ${oneOf(D1_OVERLOADED, number)}`);

/** The error that the caller of a lost call gets. `number` chooses one of the platform's texts. */
export function lostCallError(kind: CallKind, number: number): Error {
  switch (kind) {
    case "d1":
      return new Error(`D1_ERROR: ${oneOf(D1_LOST, number)}`);
    case "stock":
      return Object.assign(new Error("Network connection lost."), { retryable: true });
    case "queue":
      return new Error("Queue send failed: internal error");
    case "archive":
      return new Error("put: We encountered an internal error. Please try again. (10001)");
    case "fetch":
      return new TypeError("fetch failed");
    case "alarm":
    case "cron":
    case "batch":
      return new Error(`the ${kind} did not happen`);
  }
}

/** What can go wrong with a call, in the platform's own words. */

/**
 * What leaves the Worker or an object: a call of D1, an object's method, a send to a queue, an outside
 * system. And what the platform does by itself: rings an alarm, fires a cron, delivers a batch.
 */
export type CallKind = "d1" | "stock" | "queue" | "fetch" | "alarm" | "cron" | "batch";

export const FAULTS = {
  /** It is not done, and the caller is told so. Alarms and batches come late, crons are skipped. */
  fail: ["d1", "stock", "queue", "fetch", "alarm", "cron", "batch"],
  /** It is done, and the caller is told that it was not. A batch's acknowledgements are lost: it comes again. */
  loseReply: ["d1", "stock", "queue", "fetch", "batch"],
  /** It is done twice: a cron side by side, the others one after another. */
  twice: ["d1", "stock", "queue", "fetch", "alarm", "cron", "batch"],
  /** The caller is told that it was not done, and some calls later it is. A message overtakes nobody any more. */
  late: ["d1", "stock", "queue", "fetch"],
  /** It is taken, and lost. Not where a queue is all that knows: there it is durable. */
  drop: ["queue"],
  /** The isolate dies before it: neither this nor anything after it in the same invocation is done. */
  dieBefore: ["d1", "stock", "queue"],
  /** The isolate dies after it. */
  dieAfter: ["d1", "stock", "queue"],
  /** D1 takes nothing more on for a while. */
  overloaded: ["d1"],
  /** D1 never answers. */
  stall: ["d1"],
  /** The object is evicted first: only what it stored is left. */
  evict: ["stock", "alarm"],
  /** The object does it, and is reset before it answers. */
  abort: ["stock"],
} as const satisfies Record<string, readonly CallKind[]>;

export type FaultName = keyof typeof FAULTS;
export type Fault = Readonly<{ call: number; fault: FaultName }>;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** `reads`: it changes nothing, so that whether it was done, or how often, is nothing to tell apart. */
export type Call = Readonly<{ kind: CallKind; name: string; reads: boolean }>;

const OF_CHANGES: readonly FaultName[] = ["loseReply", "twice", "late", "dieAfter"];

/** Whether the fault can happen to the call, and is not the same as another. */
export const strikes = (fault: FaultName, { kind, name, reads }: Call): boolean =>
  (FAULTS[fault] as readonly CallKind[]).includes(kind) &&
  !(reads && OF_CHANGES.includes(fault)) &&
  // Days may pass before it lands, and the provider has forgotten its key by then.
  !(fault === "late" && name === "email");

/** https://developers.cloudflare.com/d1/observability/debug-d1/ lists what D1 says; these may be repeated. */
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

export const overloaded = (number: number): Error => new Error(`D1_ERROR: ${oneOf(D1_OVERLOADED, number)}`);

/** What the caller of such a call is told when it is lost. `number`: which of the platform's texts. */
export function lost(kind: CallKind, number: number): Error {
  switch (kind) {
    case "d1":
      return new Error(`D1_ERROR: ${oneOf(D1_LOST, number)}`);
    case "stock":
      return Object.assign(new Error("Network connection lost."), { retryable: true });
    case "queue":
      return new Error("Queue send failed: internal error");
    case "fetch":
      return new TypeError("fetch failed");
    case "alarm":
    case "cron":
    case "batch":
      return new Error(`no ${kind} this time`);
  }
}

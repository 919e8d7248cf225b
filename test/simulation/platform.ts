/**
 * The simulated platform. Every call that leaves the Worker or an object, and everything the platform does by itself,
 * is numbered; a fault names the number of the call that it strikes. Queues are simulated here, so that the world
 * decides when a batch is delivered, in what order and how often.
 *
 * The one instance is on `globalThis`, because the object's class and the tests are in separate module graphs.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env as realEnv } from "cloudflare:workers";
import type { Env } from "../../src/env";
import type { DatabaseBindings } from "../../src/platform/d1/databases";
import { EasyPostStub } from "../support/easypost-stub";
import { StorefrontStub } from "../support/storefront-stock";
import type { Email } from "./stored-state";
import { canStrike, lostCallError, overloadedError, type Call, type CallKind, type Fault } from "./faults";
import { faultyArchive, isArchiveRead } from "./faulty-archive";
import { objectInvocation, type Invocation } from "./invocation";

/** `after`: when it may be delivered, in milliseconds since 1970. */
export type QueuedMessage = { id: string; queue: string; body: unknown; attempts: number; after: number };

/** How to do the faults that only some kinds of call have. */
type FaultTarget = Readonly<{
  evict?: () => Promise<void>;
  abort?: () => Promise<void>;
  delay?: () => void;
  drop?: () => void;
}>;

/** Longer than any message of a random day is under way. */
export const STOCK_HISTORY_DAYS = 2;
const HOUR = 3_600_000;
/** It holds the only copy of an order that arrived while D1 was unavailable. */
const INTAKE = "aftercart-intake";
/** Real time, on a busy machine. */
const MAX_CALL_MS = 3_000;
const LATE_BY_CALLS = 3;
const LATE_BY_MS = HOUR / 6;
/** https://resend.com/docs/dashboard/emails/idempotency-keys */
export const CARRIER_SECRET = "simulated carrier secret";
const KEYS_KEPT_MS = 24 * HOUR;

export class Platform {
  /** The databases without faults, for the checks and the world itself. */
  databases: DatabaseBindings = {
    DB: realEnv.DB,
    ORDERS_00: realEnv.ORDERS_00,
    DIRECTORY: realEnv.DIRECTORY,
  };
  calls = 0;
  /** Whether a call was made that is never answered. */
  hanging = false;
  /** Every call, in order. */
  readonly log: Call[] = [];
  readonly queued: QueuedMessage[] = [];
  readonly emails: Email[] = [];
  /** The connected storefront: the stock that it shows. */
  storefrontStub = new StorefrontStub();
  /** The carrier: which labels it has sold. */
  carrier = new EasyPostStub("SIM");
  /** The faults that struck, in words. */
  struck: string[] = [];
  #faults: readonly Fault[] = [];
  #messages = 0;
  #generation = 0;
  #late: { afterCall: number; perform: () => Promise<unknown> }[] = [];
  #lastHangs = false;
  /** Calls in progress, with their start by the real clock. */
  readonly #inProgress = new Set<Readonly<{ since: number }>>();
  /** When each SKU's alarm is due, where that is known; and the number of calls that may set it. */
  readonly #alarms = new Map<string, number | null>();
  readonly #objectCalls = new Map<string, { begun: number; ended: number }>();

  /** Back to the start: queues and mail are empty, and invocations of earlier worlds are dead. */
  reset(): void {
    this.#generation += 1;
    this.arm([]);
    this.queued.length = 0;
    this.emails.length = 0;
    this.storefrontStub = new StorefrontStub();
    this.carrier = new EasyPostStub("SIM");
    this.#late = [];
    this.#inProgress.clear();
    this.#alarms.clear();
    this.#objectCalls.clear();
  }

  /** Whether a call is in progress. A call to an object that was reset may hang: it counts for some seconds only. */
  isBusy(): boolean {
    const now = performance.now();
    return [...this.#inProgress].some(({ since }) => now - since < MAX_CALL_MS);
  }

  /** Sets the faults, and counts calls from 1 again. */
  arm(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.calls = 0;
    this.hanging = false;
    this.log.length = 0;
    this.struck = [];
  }

  disarm(): void {
    this.#faults = [];
  }

  /** True once for each call that hangs: its caller's timeout can be skipped. */
  isLastCallHanging(): boolean {
    const hangs = this.#lastHangs;
    this.#lastHangs = false;
    return hangs;
  }

  /** Performs the late calls that are due by this call. */
  async performLate(afterCall = Infinity): Promise<void> {
    const due = this.#late.filter((late) => late.afterCall <= afterCall);
    this.#late = this.#late.filter((late) => late.afterCall > afterCall);
    for (const { perform } of due) await perform().catch(() => undefined);
  }

  async call<Value>(
    kind: CallKind,
    name: string,
    invocation: Invocation,
    perform: () => Promise<Value>,
    target: FaultTarget = {},
  ): Promise<Value> {
    if (invocation.isDead()) return never();
    this.calls += 1;
    const number = this.calls;
    const reads = (kind === "d1" && /^select/i.test(name)) || (kind === "archive" && isArchiveRead(name));
    const made = { kind, name, reads };
    this.log.push(made);
    const found = this.#faults.find(({ call, fault }) => call === number && canStrike(fault, made));
    // Set before the first await, because the caller sets its timeout right after the call.
    this.#lastHangs = found?.fault === "stall";
    await this.performLate(number);
    // An alarm, cron or batch counts as in progress only through the calls that it makes.
    const isContainer = kind === "alarm" || kind === "cron" || kind === "batch";
    const work = isContainer ? perform : () => this.#trackProgress(perform);
    return found ? this.#strike(found, kind, name, invocation, work, target) : work();
  }

  async #trackProgress<Value>(perform: () => Promise<Value>): Promise<Value> {
    const begun = { since: performance.now() };
    this.#inProgress.add(begun);
    try {
      return await perform();
    } finally {
      this.#inProgress.delete(begun);
    }
  }

  async #strike<Value>(
    { fault, call: number }: Fault,
    kind: CallKind,
    name: string,
    invocation: Invocation,
    perform: () => Promise<Value>,
    target: FaultTarget,
  ): Promise<Value> {
    this.struck.push(`${fault} at call ${number} (${kind} ${name})`);
    switch (fault) {
      case "fail":
        throw lostCallError(kind, number);
      case "loseReply":
        await perform();
        throw lostCallError(kind, number);
      case "twice":
        if (kind === "cron") return (await Promise.all([perform(), perform()]))[0];
        await perform();
        return perform();
      case "late":
        if (target.delay) {
          target.delay();
          return perform();
        }
        this.#late.push({ afterCall: number + LATE_BY_CALLS, perform });
        throw lostCallError(kind, number);
      case "drop":
        target.drop?.();
        return perform();
      case "dieBefore":
        return invocation.die();
      case "dieAfter":
        await perform();
        return invocation.die();
      case "overloaded":
        throw overloadedError(number);
      case "stall":
        this.hanging = true;
        return never();
      case "evict":
        await target.evict?.();
        return perform();
      case "abort":
        await perform();
        await target.abort?.();
        throw lostCallError(kind, number);
    }
  }

  /** When the object's alarm is due. The object is read only if a call was made since: only its calls set an alarm. */
  async alarmOf(sku: string): Promise<number | null> {
    const known = this.#alarms.get(sku);
    if (known !== undefined) return known;
    const { begun } = this.#callsOf(sku);
    const stub = realEnv.SKU_INVENTORY.getByName(sku);
    const at = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    const now = this.#callsOf(sku);
    if (now.begun === begun && now.ended === begun) this.#alarms.set(sku, at);
    return at;
  }

  /** Wraps work that may set the object's alarm. */
  async callingObject<Value>(sku: string, work: () => Promise<Value>): Promise<Value> {
    const calls = this.#callsOf(sku);
    calls.begun += 1;
    this.#alarms.delete(sku);
    try {
      return await work();
    } finally {
      calls.ended += 1;
      this.#alarms.delete(sku);
    }
  }

  #callsOf(sku: string): { begun: number; ended: number } {
    const calls = this.#objectCalls.get(sku) ?? { begun: 0, ended: 0 };
    this.#objectCalls.set(sku, calls);
    return calls;
  }

  /** Ends an object: by eviction when idle, or by a reset that loses what it was doing. */
  waysToEnd(sku: string): FaultTarget {
    const stub = realEnv.SKU_INVENTORY.getByName(sku);
    const end = (how: () => Promise<void>) => () => this.callingObject(sku, how).catch(() => undefined);
    return {
      evict: end(() => evictDurableObject(stub)),
      abort: end(() => runInDurableObject(stub, (_, state) => state.abort("reset by a fault"))),
    };
  }

  /** The invocation, which also counts as dead once the platform is reset. */
  #ofThisRun(invocation: Invocation): Invocation {
    const generation = this.#generation;
    return { ...invocation, isDead: () => invocation.isDead() || this.#generation !== generation };
  }

  /** The Worker's bindings for one invocation. */
  env(of: Invocation): Env {
    const invocation = this.#ofThisRun(of);
    const queue = (name: string) => this.#queue(`aftercart-${name}`, invocation);
    const unlimited = { limit: async () => ({ success: true }) } as RateLimit;
    return {
      ...realEnv,
      ...this.#faultyDatabases(invocation),
      SKU_INVENTORY: this.#inventory(invocation),
      ARCHIVE: faultyArchive(realEnv.ARCHIVE, (name, perform) =>
        this.call("archive", name, invocation, perform),
      ),
      INTAKE_QUEUE: queue("intake"),
      FULFILLMENT_QUEUE: queue("fulfillment"),
      STOCK_QUEUE: queue("stock"),
      NOTIFY_QUEUE: queue("notify"),
      JOBS_QUEUE: queue("jobs"),
      DIRECTORY_QUEUE: queue("directory"),
      PUBLIC_RATE_LIMIT: unlimited,
      API_RATE_LIMIT: unlimited,
      // Orders are archived as soon as they are closed.
      ARCHIVE_AFTER_DAYS: "0.00001",
      NOTIFY_PROVIDER: "resend",
      NOTIFY_API_KEY: "re_simulated",
      EASYPOST_API_KEY: "EZTK_simulated",
      EASYPOST_WEBHOOK_SECRET: CARRIER_SECRET,
    };
  }

  /** An object's bindings: it outlives invocations. */
  objectEnv(): DatabaseBindings & Pick<Env, "STOCK_QUEUE" | "STOCK_HISTORY_DAYS"> {
    const invocation = this.#ofThisRun(objectInvocation);
    return {
      ...this.#faultyDatabases(invocation),
      STOCK_QUEUE: this.#queue("aftercart-stock", invocation),
      STOCK_HISTORY_DAYS: String(STOCK_HISTORY_DAYS),
    };
  }

  /** The email provider: a repeat with a known idempotency key sends nothing. */
  async email(init: RequestInit | undefined): Promise<Response> {
    const key = new Headers(init?.headers).get("idempotency-key") ?? "none";
    const { to, ...mail } = await new Response(init?.body).json<{
      to: string[];
      subject: string;
      text: string;
    }>();
    return this.call("fetch", "email", objectInvocation, async () => {
      const at = Date.now();
      const known = this.emails.some((email) => email.key === key && at - email.at < KEYS_KEPT_MS);
      if (!known) this.emails.push({ key, to: to.join(), subject: mail.subject, text: mail.text, at });
      return Response.json({ id: `provider-${key}` });
    });
  }

  /** A call to a storefront's API. */
  storefront(url: URL, answer: () => Response | Promise<Response>): Promise<Response> {
    return this.call("fetch", `storefront ${url.pathname}`, objectInvocation, async () => answer());
  }

  /** A call of the carrier's API. */
  callCarrier(url: URL, init: RequestInit | undefined): Promise<Response> {
    const { carrier } = this;
    const name = `carrier ${url.pathname.replaceAll(/\/shp_\w+/g, "/{id}")}`;
    return this.call("fetch", name, objectInvocation, () => carrier.answer(url, init));
  }

  #faultyDatabases(invocation: Invocation): DatabaseBindings {
    const faulty = ([name, database]: readonly [string, D1Database]) => [
      name,
      this.#faulty(database, invocation),
    ];
    const { DB, ORDERS_00, DIRECTORY, ...more } = this.databases;
    return {
      DB: this.#faulty(DB, invocation),
      ORDERS_00: this.#faulty(ORDERS_00, invocation),
      DIRECTORY: this.#faulty(DIRECTORY, invocation),
      ...Object.fromEntries(Object.entries<D1Database>(more).map(faulty)),
    };
  }

  #faulty(database: D1Database, invocation: Invocation): D1Database {
    const originals = new WeakMap<object, { statement: D1PreparedStatement; sql: string }>();
    const runs = new Set<string | symbol>(["first", "all", "run", "raw"]);
    const watch = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
      const watched = new Proxy(statement, {
        get: (target, name) => {
          if (name === "bind") return (...values: unknown[]) => watch(target.bind(...values), sql);
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== "function") return value;
          const method = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
          if (!runs.has(name)) return method;
          return (...args: unknown[]) => this.call("d1", firstWords(sql), invocation, () => method(...args));
        },
      });
      originals.set(watched, { statement, sql });
      return watched;
    };
    return new Proxy(database, {
      get: (target, name) => {
        if (name === "prepare") return (sql: string) => watch(target.prepare(sql), sql);
        if (name === "batch") {
          return (statements: D1PreparedStatement[]) => {
            const inside = statements.map((each) => originals.get(each)!);
            const called = `${batchOf(inside.map(({ sql }) => sql))} of ${inside.length}`;
            const batch = () => target.batch(inside.map(({ statement }) => statement));
            return this.call("d1", called, invocation, batch);
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  #inventory(invocation: Invocation): Env["SKU_INVENTORY"] {
    const namespace = realEnv.SKU_INVENTORY;
    const watch = (stub: ReturnType<typeof namespace.get>) =>
      new Proxy(stub, {
        get: (target, name) => {
          if (name === "id" || name === "name" || typeof name === "symbol") return Reflect.get(target, name);
          // Called on the stub itself: a stub's unbound `apply` would be sent to the object as a method call.
          const methods = target as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
          const sku = stub.name!;
          return (...args: unknown[]) => {
            const done = () => this.callingObject(sku, async () => methods[name]!(...args));
            return this.call("stock", name, invocation, done, this.waysToEnd(sku));
          };
        },
      });
    return new Proxy(namespace, {
      get: (target, name) => {
        if (name === "get") return (id: DurableObjectId) => watch(target.get(id));
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  #queue(queue: string, invocation: Invocation): Queue {
    const enqueue = (body: unknown, after: number) => {
      this.#messages += 1;
      const id = `message-${this.#messages}`;
      this.queued.push({ id, queue, body: structuredClone(body), attempts: 0, after });
    };
    const send = (name: string, bodies: readonly unknown[]) => {
      let after = 0;
      let kept = bodies;
      const delay = () => void (after = Date.now() + LATE_BY_MS);
      const drop = queue === INTAKE ? {} : { drop: () => void (kept = []) };
      const take = async () => kept.forEach((body) => enqueue(body, after));
      return this.call("queue", name, invocation, take, { delay, ...drop });
    };
    return {
      send: (body: unknown) => send(queue, [body]),
      sendBatch: (messages: Iterable<{ body: unknown }>) =>
        send(
          `${queue} batch`,
          [...messages].map(({ body }) => body),
        ),
    } as unknown as Queue;
  }
}

const never = <Value>() => new Promise<Value>(() => undefined);
const batchOf = (texts: readonly string[]) =>
  texts.every((sql) => /^\s*select/i.test(sql)) ? "SELECT batch" : "batch";
const firstWords = (sql: string) => sql.trim().split(/\s+/).slice(0, 4).join(" ");

const shared = globalThis as typeof globalThis & { simulatedPlatform?: Platform };

export const platform = (): Platform => (shared.simulatedPlatform ??= new Platform());

/**
 * The platform with faults. Every call that leaves the Worker or an object, and everything the platform does
 * by itself, is numbered, and a fault names the call that it strikes. Queues are held here, so that the world
 * decides when a batch is delivered, in what order and how often.
 *
 * It lives on `globalThis` because the object's class and the tests are loaded apart.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env as realEnv } from "cloudflare:workers";
import type { Env } from "../../src/env";
import { StorefrontStub } from "../support/storefront-stock";
import type { Email } from "./stored-state";
import { lost, overloaded, strikes, type Call, type CallKind, type Fault } from "./faults";
import { ofObject, type Invocation } from "./invocation";

/** `after`: not delivered before; a message that is late lets others overtake it. */
export type Held = { id: string; queue: string; body: unknown; attempts: number; after: number };

/** What only some calls can suffer. */
type Victim = Readonly<{
  evict?: () => Promise<void>;
  abort?: () => Promise<void>;
  delay?: () => void;
  drop?: () => void;
}>;

const HOUR = 3_600_000;
/** An order that came while the database was away is nowhere else. */
const INTAKE = "aftercart-intake";
/** Of real time, on a busy machine. */
const LONGEST_CALL_MS = 3_000;
const LATE_BY_CALLS = 3;
const LATE_BY_MS = HOUR / 6;
/** https://resend.com/docs/dashboard/emails/idempotency-keys */
const KEYS_KEPT_MS = 24 * HOUR;

export class Platform {
  /** What everything is stored in, and read from by whoever looks: without faults. */
  database: D1Database = realEnv.DB;
  calls = 0;
  /** Whether some call will never be answered. */
  hanging = false;
  /** What was called, in order: to tell what a fault struck. */
  readonly log: Call[] = [];
  readonly held: Held[] = [];
  readonly emails: Email[] = [];
  /** What the connected storefront shows. */
  shop = new StorefrontStub();
  struck: string[] = [];
  #faults: readonly Fault[] = [];
  #messages = 0;
  #built = 0;
  #late: { afterCall: number; perform: () => Promise<unknown> }[] = [];
  #lastHangs = false;
  /** Since when the calls that are being done now are, by the real clock. */
  readonly #underWay = new Set<Readonly<{ since: number }>>();
  /** When objects' alarms ring, by SKU, where that is known; and the calls that may set them. */
  readonly #alarms = new Map<string, number | null>();
  readonly #objectCalls = new Map<string, { begun: number; ended: number }>();

  /** As if it had just been built: nothing is held, nothing was sent, and nobody goes on who was at work. */
  reset(): void {
    this.#built += 1;
    this.arm([]);
    this.held.length = 0;
    this.emails.length = 0;
    this.shop = new StorefrontStub();
    this.#late = [];
    this.#underWay.clear();
    this.#alarms.clear();
    this.#objectCalls.clear();
  }

  /** Whether a call is being done. One to an object that was reset may never be: it hangs, too. */
  isBusy(): boolean {
    const now = performance.now();
    return [...this.#underWay].some(({ since }) => now - since < LONGEST_CALL_MS);
  }

  /** From now on these faults strike, counted from call 1. */
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

  /** True once for each call that hangs: its caller's deadline need not be waited for. */
  isLastCallHanging(): boolean {
    const hangs = this.#lastHangs;
    this.#lastHangs = false;
    return hangs;
  }

  /** What was late arrives. */
  async land(afterCall = Infinity): Promise<void> {
    const landing = this.#late.filter((late) => late.afterCall <= afterCall);
    this.#late = this.#late.filter((late) => late.afterCall > afterCall);
    for (const { perform } of landing) await perform().catch(() => undefined);
  }

  async call<Value>(
    kind: CallKind,
    name: string,
    invocation: Invocation,
    perform: () => Promise<Value>,
    victim: Victim = {},
  ): Promise<Value> {
    if (invocation.isDead()) return never();
    this.calls += 1;
    const number = this.calls;
    const reads = kind === "d1" && /^select/i.test(name);
    const made = { kind, name, reads };
    this.log.push(made);
    const found = this.#faults.find(({ call, fault }) => call === number && strikes(fault, made));
    // Before anything is waited for: its caller sets its deadline right after it has called.
    this.#lastHangs = found?.fault === "stall";
    await this.land(number);
    // Of what the platform does by itself, the calls it is made of are under way, not it.
    const ours = kind === "alarm" || kind === "cron" || kind === "batch";
    const work = ours ? perform : () => this.#whileUnderWay(perform);
    return found ? this.#strike(found, kind, name, invocation, work, victim) : work();
  }

  async #whileUnderWay<Value>(perform: () => Promise<Value>): Promise<Value> {
    const begun = { since: performance.now() };
    this.#underWay.add(begun);
    try {
      return await perform();
    } finally {
      this.#underWay.delete(begun);
    }
  }

  async #strike<Value>(
    { fault, call: number }: Fault,
    kind: CallKind,
    name: string,
    invocation: Invocation,
    perform: () => Promise<Value>,
    victim: Victim,
  ): Promise<Value> {
    this.struck.push(`${fault} at call ${number} (${kind} ${name})`);
    switch (fault) {
      case "fail":
        throw lost(kind, number);
      case "loseReply":
        await perform();
        throw lost(kind, number);
      case "twice":
        if (kind === "cron") return (await Promise.all([perform(), perform()]))[0];
        await perform();
        return perform();
      case "late":
        if (victim.delay) {
          victim.delay();
          return perform();
        }
        this.#late.push({ afterCall: number + LATE_BY_CALLS, perform });
        throw lost(kind, number);
      case "drop":
        victim.drop?.();
        return perform();
      case "dieBefore":
        return invocation.die();
      case "dieAfter":
        await perform();
        return invocation.die();
      case "overloaded":
        throw overloaded(number);
      case "stall":
        this.hanging = true;
        return never();
      case "evict":
        await victim.evict?.();
        return perform();
      case "abort":
        await perform();
        await victim.abort?.();
        throw lost(kind, number);
    }
  }

  /** When the object's alarm rings. It is asked only if that may have changed: nothing but a call of it sets one. */
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

  /** Does what may set the object's alarm. */
  async calling<Value>(sku: string, work: () => Promise<Value>): Promise<Value> {
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

  /** How an object ends: gracefully, or with what it was doing. */
  endings(sku: string): Victim {
    const stub = realEnv.SKU_INVENTORY.getByName(sku);
    const end = (how: () => Promise<void>) => () => this.calling(sku, how).catch(() => undefined);
    return {
      evict: end(() => evictDurableObject(stub)),
      abort: end(() => runInDurableObject(stub, (_, state) => state.abort("reset by a fault"))),
    };
  }

  /** The invocation, which is as good as dead once the platform is built anew. */
  #ofNow(invocation: Invocation): Invocation {
    const built = this.#built;
    return { ...invocation, isDead: () => invocation.isDead() || this.#built !== built };
  }

  /** The Worker's bindings for one invocation. */
  env(of: Invocation): Env {
    const invocation = this.#ofNow(of);
    const queue = (name: string) => this.#queue(`aftercart-${name}`, invocation);
    const unlimited = { limit: async () => ({ success: true }) } as RateLimit;
    return {
      ...realEnv,
      DB: this.#database(invocation),
      SKU_INVENTORY: this.#inventory(invocation),
      INTAKE_QUEUE: queue("intake"),
      FULFILLMENT_QUEUE: queue("fulfillment"),
      STOCK_QUEUE: queue("stock"),
      NOTIFY_QUEUE: queue("notify"),
      PUBLIC_RATE_LIMIT: unlimited,
      API_RATE_LIMIT: unlimited,
      NOTIFY_PROVIDER: "resend",
      NOTIFY_API_KEY: "re_simulated",
    };
  }

  /** An object's own bindings: it outlives invocations. */
  objectEnv(): Pick<Env, "DB" | "STOCK_QUEUE"> {
    const invocation = this.#ofNow(ofObject);
    return { DB: this.#database(invocation), STOCK_QUEUE: this.#queue("aftercart-stock", invocation) };
  }

  /** The email provider: a repeat under a key it still knows sends nothing again. */
  async email(init: RequestInit | undefined): Promise<Response> {
    const key = new Headers(init?.headers).get("idempotency-key") ?? "none";
    const { to, subject } = await new Response(init?.body).json<{ to: string[]; subject: string }>();
    return this.call("fetch", "email", ofObject, async () => {
      const at = Date.now();
      const known = this.emails.some((email) => email.key === key && at - email.at < KEYS_KEPT_MS);
      if (!known) this.emails.push({ key, to: to.join(), subject, at });
      return Response.json({ id: `provider-${key}` });
    });
  }

  /** A storefront's own API. */
  storefront(url: URL, answer: () => Response | Promise<Response>): Promise<Response> {
    return this.call("fetch", `storefront ${url.pathname}`, ofObject, async () => answer());
  }

  #database(invocation: Invocation): D1Database {
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
    return new Proxy(this.database, {
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
          // Called on the stub itself: taken off it, `apply` would be a method of the object's.
          const methods = target as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
          const sku = stub.name!;
          return (...args: unknown[]) => {
            const done = () => this.calling(sku, async () => methods[name]!(...args));
            return this.call("stock", name, invocation, done, this.endings(sku));
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
    const hold = (body: unknown, after: number) => {
      this.#messages += 1;
      const id = `message-${this.#messages}`;
      this.held.push({ id, queue, body: structuredClone(body), attempts: 0, after });
    };
    const send = (name: string, bodies: readonly unknown[]) => {
      let after = 0;
      let kept = bodies;
      const delay = () => void (after = Date.now() + LATE_BY_MS);
      const drop = queue === INTAKE ? {} : { drop: () => void (kept = []) };
      const take = async () => kept.forEach((body) => hold(body, after));
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

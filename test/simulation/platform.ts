/**
 * The platform with faults. Every call that leaves the Worker or an object (D1, an object's method, a queue,
 * an outside system) is numbered, and a fault names the call that it strikes. Queues are held here, so that
 * the world decides when a batch is delivered, in what order and how often.
 *
 * It lives on `globalThis` because the object's class and the tests are loaded apart.
 */
import { evictDurableObject } from "cloudflare:test";
import { env as realEnv } from "cloudflare:workers";
import type { Env } from "../../src/config";

export type CallKind = "d1" | "stock" | "queue" | "fetch";

export const FAULTS = {
  /** It is not done, and the caller is told so. */
  fail: ["d1", "stock", "queue", "fetch"],
  /** It is done, and the caller is told that it was not. */
  loseReply: ["d1", "stock", "queue", "fetch"],
  /** It is done twice. */
  twice: ["d1", "stock", "queue", "fetch"],
  /** The isolate dies before it: neither this nor anything after it in the same invocation is done. */
  dieBefore: ["d1", "stock", "queue"],
  /** The isolate dies after it. */
  dieAfter: ["d1", "stock", "queue"],
  /** D1 takes nothing more on for a while. */
  overloaded: ["d1"],
  /** D1 never answers. */
  stall: ["d1"],
  /** The object is evicted first: only what it stored is left. */
  evict: ["stock"],
} as const satisfies Record<string, readonly CallKind[]>;

export type FaultName = keyof typeof FAULTS;
export type Fault = Readonly<{ call: number; fault: FaultName }>;

export type Held = { id: string; queue: string; body: unknown; attempts: number };

/** One run of the Worker: a request, a batch or a cron. When its isolate dies, its later calls do nothing. */
export type Invocation = Readonly<{
  isDead: () => boolean;
  /** From here on nothing of it is heard again; or it fails, where the platform would begin it anew. */
  die: () => Promise<never>;
  died: Promise<never>;
}>;

export function newInvocation(): Invocation {
  const { promise, reject } = Promise.withResolvers<never>();
  let dead = false;
  promise.catch(() => undefined);
  const die = () => {
    dead = true;
    reject(new Error("the isolate died"));
    return never<never>();
  };
  return { isDead: () => dead, die, died: promise };
}

/** An object's own call: an object that dies is begun anew by its next call or alarm. */
const ofObject: Invocation = {
  isDead: () => false,
  die: () => Promise.reject(new Error("the object was reset")),
  died: new Promise(() => undefined),
};

const LOST = "Network connection lost.";
const WORDS: Record<CallKind, () => Error> = {
  d1: () => new Error(`D1_ERROR: ${LOST}`),
  stock: () => Object.assign(new Error(LOST), { retryable: true }),
  queue: () => new Error("Queue send failed: internal error"),
  fetch: () => new TypeError("fetch failed"),
};

export class Platform {
  calls = 0;
  /** What was called, in order: to tell what a fault struck. */
  readonly log: { kind: CallKind; name: string }[] = [];
  readonly held: Held[] = [];
  /** What the email provider accepted, by idempotency key. */
  readonly emails = new Map<string, number>();
  struck: string[] = [];
  #faults: readonly Fault[] = [];
  #messages = 0;

  /** From now on these faults strike, counted from call 1. */
  arm(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.calls = 0;
    this.log.length = 0;
    this.struck = [];
  }

  disarm(): void {
    this.#faults = [];
  }

  async call<Value>(
    kind: CallKind,
    name: string,
    invocation: Invocation,
    perform: () => Promise<Value>,
    evict: () => Promise<void> = async () => undefined,
  ): Promise<Value> {
    if (invocation.isDead()) return never();
    this.calls += 1;
    this.log.push({ kind, name });
    const number = this.calls;
    const found = this.#faults.find(({ call, fault }) => call === number && strikes(fault, kind));
    if (!found) return perform();
    this.struck.push(`${found.fault} at call ${number} (${kind} ${name})`);
    switch (found.fault) {
      case "fail":
        throw WORDS[kind]();
      case "loseReply":
        await perform();
        throw WORDS[kind]();
      case "twice":
        await perform();
        return perform();
      case "dieBefore":
        return invocation.die();
      case "dieAfter":
        await perform();
        return invocation.die();
      case "overloaded":
        throw new Error("D1_ERROR: D1 DB is overloaded. Too many requests queued.");
      case "stall":
        return never();
      case "evict":
        await evict();
        return perform();
    }
  }

  /** The Worker's bindings for one invocation. */
  env(invocation: Invocation): Env {
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
    return { DB: this.#database(ofObject), STOCK_QUEUE: this.#queue("aftercart-stock", ofObject) };
  }

  /** The email provider: a repeat under one idempotency key sends nothing again. */
  async email(init: RequestInit | undefined): Promise<Response> {
    const key = new Headers(init?.headers).get("idempotency-key") ?? "none";
    return this.call("fetch", "email", ofObject, async () => {
      this.emails.set(key, (this.emails.get(key) ?? 0) + 1);
      return Response.json({ id: `provider-${key}` });
    });
  }

  #database(invocation: Invocation): D1Database {
    const originals = new WeakMap<object, D1PreparedStatement>();
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
      originals.set(watched, statement);
      return watched;
    };
    return new Proxy(realEnv.DB, {
      get: (target, name) => {
        if (name === "prepare") return (sql: string) => watch(target.prepare(sql), sql);
        if (name === "batch") {
          return (statements: D1PreparedStatement[]) =>
            this.call("d1", `batch of ${statements.length}`, invocation, () =>
              target.batch(statements.map((statement) => originals.get(statement) ?? statement)),
            );
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
          const evict = async () => evictDurableObject(stub).catch(() => undefined);
          return (...args: unknown[]) =>
            this.call("stock", name, invocation, async () => methods[name]!(...args), evict);
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
    const hold = (body: unknown) => {
      this.#messages += 1;
      this.held.push({ id: `message-${this.#messages}`, queue, body: structuredClone(body), attempts: 0 });
    };
    return {
      send: (body: unknown) => this.call("queue", queue, invocation, async () => hold(body)),
      sendBatch: (messages: Iterable<{ body: unknown }>) =>
        this.call("queue", `${queue} batch`, invocation, async () => {
          for (const { body } of messages) hold(body);
        }),
    } as unknown as Queue;
  }
}

const never = <Value>() => new Promise<Value>(() => undefined);
/** Whether the fault can happen to a call of the kind. */
export const strikes = (fault: FaultName, kind: CallKind): boolean =>
  (FAULTS[fault] as readonly CallKind[]).includes(kind);
const firstWords = (sql: string) => sql.trim().split(/\s+/).slice(0, 4).join(" ");

const shared = globalThis as typeof globalThis & { simulatedPlatform?: Platform };

export const platform = (): Platform => (shared.simulatedPlatform ??= new Platform());

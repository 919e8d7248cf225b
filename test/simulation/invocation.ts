/** One run of the Worker (a request, a batch or a cron). Its isolate may die before it ends. */

/** Once its isolate is dead, the invocation's calls do nothing. */
export type Invocation = Readonly<{
  isDead: () => boolean;
  /** Kills the isolate. The returned promise stays pending; for an object it rejects, as a reset does. */
  die: () => Promise<never>;
  /** Rejects when the isolate dies. */
  died: Promise<never>;
}>;

export function newInvocation(): Invocation {
  const { promise, reject } = Promise.withResolvers<never>();
  let dead = false;
  promise.catch(() => undefined);
  const die = () => {
    dead = true;
    reject(new Error("the isolate died"));
    return new Promise<never>(() => undefined);
  };
  return { isDead: () => dead, die, died: promise };
}

/** The calls of a Durable Object: after a reset, its next call or alarm starts it again. */
export const objectInvocation: Invocation = {
  isDead: () => false,
  die: () => Promise.reject(new Error("the object was reset")),
  died: new Promise(() => undefined),
};

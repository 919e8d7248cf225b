/** One run of the Worker (a request, a batch or a cron), which may end before its time. */

/** When its isolate dies, an invocation's later calls do nothing. */
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
    return new Promise<never>(() => undefined);
  };
  return { isDead: () => dead, die, died: promise };
}

/** An object's own call: an object that dies is begun anew by its next call or alarm. */
export const ofObject: Invocation = {
  isDead: () => false,
  die: () => Promise.reject(new Error("the object was reset")),
  died: new Promise(() => undefined),
};

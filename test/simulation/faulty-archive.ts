/** The archive in R2, each of whose calls can fail. */

const CALLS: ReadonlySet<string | symbol> = new Set(["head", "get", "list", "put", "delete"]);

/** @param name of a call to the archive. */
export const isArchiveRead = (name: string): boolean => name !== "put" && name !== "delete";

/** @param call makes a call of the name, or has a fault strike it. */
export const faultyArchive = (
  archive: R2Bucket,
  call: (name: string, perform: () => Promise<unknown>) => Promise<unknown>,
): R2Bucket =>
  new Proxy(archive, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const method = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
      return CALLS.has(name) ? (...args: unknown[]) => call(String(name), () => method(...args)) : method;
    },
  });

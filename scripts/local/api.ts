/** Calls of the public API by the demo. */
export type Api = Readonly<{
  url: string;
  get: <Answer>(path: string) => Promise<Answer>;
  /** @throws with the problem of an answer that is not 2xx. */
  send: <Answer = unknown>(
    method: "PUT" | "POST" | "DELETE",
    path: string,
    body?: unknown,
  ) => Promise<Answer>;
}>;

/** `key` is the token of the development key. There is no idempotency key: repeated writes must be harmless. */
export function apiOf(url: string, key: string): Api {
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text === "" ? "null" : text);
  };
  return { url, get: (path) => call("GET", path), send: call };
}

/** All items of a list, from all its pages. `path` may have a query. */
export async function everyItem<Item>(api: Api, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Item[]; nextCursor: string | null } = await api.get(
      `${path}${path.includes("?") ? "&" : "?"}limit=200${cursor === null ? "" : `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

const MAX_LAG_MS = 60_000;

/** A page of the order directory, as soon as it lacks no change made before this call. */
export async function freshOrders<Item>(api: Api, path: string): Promise<Item[]> {
  const calledAt = Date.now();
  for (;;) {
    const { items, asOf } = await api.get<{ items: Item[]; asOf: string | null }>(path);
    const isFresh = asOf !== null && Date.parse(asOf) >= calledAt;
    if (isFresh || Date.now() - calledAt > MAX_LAG_MS) return items;
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** Does the work for each item, with so many items at once. @throws with the first failure. */
export async function forEachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

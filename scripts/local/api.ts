/** The public API as the demonstration calls it: nothing here that any other caller could not do. */
export type Api = Readonly<{
  url: string;
  get: <Answer>(path: string) => Promise<Answer>;
  /** @throws with the problem's own words where the answer is no 2xx. */
  send: <Answer = unknown>(
    method: "PUT" | "POST" | "DELETE",
    path: string,
    body?: unknown,
  ) => Promise<Answer>;
}>;

/** `key` is the development key's token. A repeat of a write is the caller's to make harmless. */
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

/** Everything of a list, page after page. `path` may have a query already. */
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

/** Does the work for each item, so many at a time. The first failure ends it. */
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

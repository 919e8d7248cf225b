/** Changes of each single value of a payload: they show which of its fields are read. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** `path`: with `*` for each place in a list: `line_items.*.sku`. A list's element itself ends with `*`. */
export type PayloadChange = Readonly<{ path: string; what: string; payload: Json }>;

/**
 * Each value replaced by others of its kind, by null, and removed; each element of a list removed, and there twice.
 * `choices`: by path, the values that the storefront documents there.
 */
export function changesOf(
  payload: Json,
  choices: Readonly<Record<string, readonly Json[]>> = {},
): PayloadChange[] {
  const changes: PayloadChange[] = [];
  const visit = (value: Json, path: readonly string[], replace: (by: Json | undefined) => Json): void => {
    const name = path.join(".");
    const add = (what: string, by: Json | undefined) =>
      void changes.push({ path: name, what, payload: replace(by) });
    if (isList(value)) {
      value.forEach((item, i) => {
        const replaceItem = (by: Json | undefined) =>
          replace(by === undefined ? value.toSpliced(i, 1) : value.with(i, by));
        visit(item, [...path, "*"], replaceItem);
      });
      return;
    }
    if (typeof value === "object" && value !== null) {
      if (path.at(-1) === "*") add("removed", undefined);
      for (const [key, item] of Object.entries(value)) {
        visit(item, [...path, key], (by) => {
          const { [key]: _, ...rest } = value;
          return replace(by === undefined ? rest : { ...value, [key]: by });
        });
      }
      return;
    }
    for (const other of choices[name] ?? othersOf(value)) add(`becomes ${JSON.stringify(other)}`, other);
    if (value !== null) add("becomes null", null);
    add("removed", undefined);
  };
  visit(payload, [], (by) => by ?? null);
  return changes;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const DECIMAL = /^-?\d+(\.\d+)?$/;
const TIME = /^\d{4}-\d\d-\d\dT/;

function othersOf(value: Json): Json[] {
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1, value === 0 ? 2 : 0];
  if (typeof value !== "string") return ["x", "2026-11-23T01:02:03Z", true, "7.50", 3];
  if (DECIMAL.test(value)) {
    const decimals = value.split(".")[1]?.length ?? 0;
    return [(Number(value) + 1).toFixed(decimals), value.startsWith("0") ? "7.50" : "0.00"];
  }
  return TIME.test(value) ? ["2026-11-23T01:02:03Z"] : [`${value}x`];
}

/** Paths by the reason why they have no meaning. `**` at the start or end of one stands for any names there. */
export type MeaninglessFields = Readonly<Record<string, readonly string[]>>;

type Given = Readonly<{
  read: (payload: Json) => unknown;
  choices?: Readonly<Record<string, readonly Json[]>>;
  withoutMeaning: MeaninglessFields;
}>;

/**
 * Paths that no payload shows to be read and that are not listed, listed ones that are read all the same, and listed ones
 * that no payload has. What `**` lists is not read to find out.
 */
export function fieldsNotRead(payloads: readonly Json[], { read, choices, withoutMeaning }: Given) {
  const listed = Object.values(withoutMeaning).flat();
  const isAnyListed = (path: string) => listed.some((name) => name.includes("**") && covers(name, path));
  const isRead = new Map<string, boolean>();
  for (const payload of payloads) {
    const before = JSON.stringify(read(payload));
    for (const { path, payload: changed } of changesOf(payload, choices)) {
      if (isRead.get(path)) continue;
      isRead.set(path, !isAnyListed(path) && JSON.stringify(read(changed)) !== before);
    }
  }
  const paths = [...isRead];
  return {
    unlisted: paths
      .filter(([path, wasRead]) => !wasRead && !listed.some((name) => covers(name, path)))
      .map(([path]) => path),
    readAllTheSame: paths.filter(([path, wasRead]) => wasRead && listed.includes(path)).map(([path]) => path),
    inNoPayload: listed.filter((name) => !paths.some(([path]) => covers(name, path))),
  };
}

export const ALL_READ = { unlisted: [], readAllTheSame: [], inNoPayload: [] };

function covers(pattern: string, path: string): boolean {
  if (pattern.startsWith("**.") && pattern.endsWith(".**")) return `.${path}.`.includes(pattern.slice(2, -2));
  if (pattern.startsWith("**.")) return `.${path}`.endsWith(pattern.slice(2));
  return pattern.endsWith(".**") ? `${path}.`.startsWith(pattern.slice(0, -2)) : path === pattern;
}

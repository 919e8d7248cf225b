/** The import graph of `src`, read from its text: what each file imports, and which tables its SQL names. */

export type SourceFile = Readonly<{
  /** Without the leading `src/`: `orders/domain/order.ts`. */
  path: string;
  /** Paths of the files it imports, also where it imports only types. */
  imports: readonly string[];
  packages: readonly string[];
  /** Tables that its SQL reads or writes, without duplicates. Names of an object's own tables are among them. */
  tables: readonly string[];
}>;

const textFiles = (files: Record<string, string>, folder: string): Map<string, string> =>
  new Map(Object.entries(files).map(([path, text]) => [path.split(folder)[1]!, text]));

const sources = textFiles(
  import.meta.glob<string>("../../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
  "/src/",
);
const migrations = textFiles(
  import.meta.glob<string>("../../migrations/**/*.sql", { query: "?raw", import: "default", eager: true }),
  "/migrations/",
);

const ROOT = "file:///src/";

/** @throws for an import of a file that does not exist. */
function fileNamed(specifier: string, from: string): string {
  const path = new URL(specifier, ROOT + from).pathname.slice("/src/".length);
  const found = [path, `${path}.ts`, `${path}.tsx`].find((candidate) => sources.has(candidate));
  if (found === undefined) throw new Error(`${from} imports ${specifier}, which does not exist`);
  return found;
}

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1]!);

/** SQL keywords are in capitals throughout, so that prose such as "from orders" does not count. */
const TABLE_NAME = /(?:\b(?:FROM|JOIN|INTO|UPDATE)\s+|sqliteTable\(\s*")([a-z_]+)\b/g;

/** Every file of `src`. */
export const sourceFiles: readonly SourceFile[] = [...sources].map(([path, source]) => {
  const specifiers = matches(source, /(?:from|import)[ (]+"([^"]+)"/g);
  const isOwn = (specifier: string) => specifier.startsWith(".");
  return {
    path,
    imports: specifiers.filter(isOwn).map((specifier) => fileNamed(specifier, path)),
    packages: specifiers.filter((specifier) => !isOwn(specifier)),
    tables: [...new Set(matches(source, TABLE_NAME))],
  };
});

/** The tables of D1, from the migrations. */
export const tableNames: readonly string[] = [
  ...new Set([...migrations.values()].flatMap((sql) => matches(sql, /^CREATE TABLE (\w+)/gm))),
];

/** Each import cycle once, as the files along it; the first file stands again at the end. */
export function importCycles(files: readonly SourceFile[]): string[][] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path]);
      return;
    }
    if (done.has(path)) return;
    for (const imported of importsOf.get(path) ?? []) visit(imported, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}

/** The layout of storefronts: one folder each, which only the list of adapters knows. */
import { describe, expect, it } from "vitest";
import { storefronts } from "../../src/channels/storefronts";
import { sourceFiles } from "../support/source-graph";

const texts = import.meta.glob<string>("../../src/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const LIST = "channels/storefronts.ts";
/** Folders of the module that are not storefronts. */
const OTHERS = ["domain", "http", "shared", "storage"];

const folderOf = (path: string) => {
  const [module, folder, ...rest] = path.split("/");
  return module === "channels" && rest.length > 0 && !OTHERS.includes(folder!) ? folder! : null;
};

describe("a storefront's folder", () => {
  it("has the name of its kind, and exports its adapter from adapter.ts", () => {
    const folders = new Set(sourceFiles.flatMap(({ path }) => folderOf(path) ?? []));
    expect(folders).toEqual(new Set(storefronts.map(({ kind }) => kind)));
    const list = sourceFiles.find(({ path }) => path === LIST)!;
    expect(list.imports).toEqual(
      expect.arrayContaining([...folders].map((folder) => `channels/${folder}/adapter.ts`)),
    );
  });

  it("is imported by the list of adapters only", () => {
    const imports = sourceFiles.flatMap(({ path, imports: paths }) =>
      paths
        .filter((imported) => folderOf(imported) !== null && folderOf(imported) !== folderOf(path))
        .map((imported) => `${path} imports ${imported}`),
    );
    expect(imports.filter((edge) => !edge.startsWith(LIST))).toEqual([]);
  });

  it("is the only place that names its kind", () => {
    const named = Object.entries(texts).filter(
      ([path, text]) =>
        folderOf(path.split("/src/")[1]!) === null &&
        storefronts.some(({ kind }) => text.includes(`"${kind}"`)),
    );
    expect(named.map(([path]) => path)).toEqual([]);
  });
});

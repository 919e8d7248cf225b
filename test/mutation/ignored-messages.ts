/**
 * The text of an invariant or an error is for whoever reads a stack trace: a client gets only a 500, and nothing
 * decides by it. A test of it would only repeat it.
 */
type Node = Readonly<{ type: string; callee?: Readonly<{ type: string; name?: string }> }>;
type Path = Readonly<{ node: Node; key: string | number | null; listKey?: string; parent: Node | null }>;

function shouldIgnore({ key, listKey, parent }: Path): string | undefined {
  if (listKey !== "arguments" || parent?.callee?.type !== "Identifier") return undefined;
  const isInvariant = parent.callee.name === "invariant" && key === 1;
  const isError = parent.type === "NewExpression" && parent.callee.name?.endsWith("Error") && key === 0;
  return isInvariant || isError ? "a message that nothing decides by" : undefined;
}

export const strykerPlugins = [{ kind: "Ignore", name: "messages", value: { shouldIgnore } }];

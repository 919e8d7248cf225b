/**
 * A body may have only the fields that its schema names. Other fields of an answer (status, id, totals, balances,
 * versions, scopes) cannot be written by sending them back.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fetchWorker, makeKey } from "../support/api";
import {
  bodySchemaOf,
  endpointsOf,
  pathsIn,
  withValueAt,
  sampleOf,
  type Document,
  type Endpoint,
  type Schema,
} from "../support/openapi-samples";
import { storedRows, openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";

const document: Document = await (await fetchWorker("/openapi.json")).json();
const writes = endpointsOf(document)
  .filter((endpoint) => bodySchemaOf(endpoint) !== undefined)
  .map((endpoint): [string, Endpoint] => [endpoint.operation.operationId, endpoint]);

let populated: PopulatedRetailer;
let token: string;
beforeAll(async () => {
  populated = await openPopulatedRetailer(document);
  ({ token } = await makeKey("admin"));
});

async function send(endpoint: Endpoint, body: string) {
  const response = await fetchWorker(populated.pathOf(endpoint), {
    method: endpoint.method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body,
  });
  const { code, errors = [] } = await response.json<{ code?: string; errors?: { path: string }[] }>();
  return { status: response.status, code, paths: errors.map(({ path }) => path) };
}

/** Fields that would do harm if an operation accepted them. */
const TEMPTING: Record<string, unknown> = {
  id: "ord_00000000000000000000000000",
  version: 99,
  status: "closed",
  paymentStatus: "paid",
  totalMinor: 0,
  capturedMinor: 1_000_000,
  refundedMinor: 0,
  authorizedMinor: 0,
  balances: { depositsMinor: 1, receivableMinor: 0, refundPayableMinor: 0 },
  holds: [],
  unitCostMinor: 0,
  scopes: ["admin"],
  token: "ak_",
  hash: "0",
  role: "admin",
  isAdmin: true,
  admin: true,
  actor: "system",
  now: 0,
  createdAt: "2020-01-01T00:00:00.000Z",
  revokedAt: null,
  secretsSetAt: [],
  onHand: 1_000_000,
  constructor: { prototype: { isAdmin: true } },
  prototype: { isAdmin: true },
  toString: "x",
};

const resolved = (schema: Schema): Schema => {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : { ...document.components.schemas[name], ...schema };
};

/** The top-level fields of an operation's answers. */
function answeredFields({ operation }: Endpoint): Record<string, unknown> {
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith("2"));
  const schemas = answers.flatMap(([, { content }]) => content?.["application/json"]?.schema ?? []);
  return Object.fromEntries(
    schemas.flatMap((schema) =>
      Object.entries(resolved(schema).properties ?? {}).map(([name, part]) => [
        name,
        sampleOf(document, part),
      ]),
    ),
  );
}

/** The schema at a path of a body. */
function schemaAt(schema: Schema, place: readonly (string | number)[]): Schema | undefined {
  const [first, ...rest] = place;
  const here = resolved(schema);
  const choices = here.anyOf ?? here.oneOf;
  if (choices) {
    const found = choices.map((choice) => schemaAt(choice, place));
    return found.find((each) => each !== undefined && resolved(each).type !== "null");
  }
  if (first === undefined) return here;
  if (typeof first === "number") return here.items && schemaAt(here.items, rest);
  const inside = here.properties?.[first];
  return inside && schemaAt(inside, rest);
}

const isObject = (value: unknown): value is object =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const valueAt = (value: unknown, place: readonly (string | number)[]): unknown =>
  place.reduce<unknown>((inside, name) => (inside as Record<string | number, unknown>)[name], value);

/** The paths of every object in a body that has a schema with properties. */
function objectsOf(endpoint: Endpoint, sample: unknown): (string | number)[][] {
  const schema = bodySchemaOf(endpoint)!;
  return pathsIn(sample).filter(
    (place) => isObject(valueAt(sample, place)) && schemaAt(schema, place)?.properties !== undefined,
  );
}

describe("a body", () => {
  it.each(writes)("is rejected with a field that its schema does not name: %s", async (_id, endpoint) => {
    const sample = populated.bodyOf(endpoint);
    const known = Object.keys(resolved(bodySchemaOf(endpoint)!).properties ?? {});
    const before = await storedRows();
    const foreign = Object.entries({ ...answeredFields(endpoint), ...TEMPTING }).filter(
      ([name]) => !known.includes(name),
    );
    expect(foreign.length).toBeGreaterThan(10);
    const replies = foreign.map(async ([name, value]) => {
      // Inserted as text, because a key such as `__proto__` in an object literal would set the prototype.
      const text = JSON.stringify(sample).replace("{", `{${JSON.stringify(name)}:${JSON.stringify(value)},`);
      const { status, paths } = await send(endpoint, text.replace(",}", "}"));
      return [name, status, paths.includes(name)];
    });
    expect(await Promise.all(replies)).toEqual(foreign.map(([name]) => [name, 422, true]));
    expect(await storedRows()).toBe(before);
  });

  it.each(writes)("forbids additional properties at every depth of its schema: %s", (_id, endpoint) => {
    const sample = sampleOf(document, bodySchemaOf(endpoint)!);
    const open = objectsOf(endpoint, sample).filter(
      (place) => schemaAt(bodySchemaOf(endpoint)!, place)?.additionalProperties !== false,
    );
    expect(open).toEqual([]);
  });

  it("is rejected with an unknown field of any name at any depth", { timeout: 120_000 }, async () => {
    const samples = new Map(
      writes.map(([id, endpoint]) => [id, { endpoint, sample: sampleOf(document, bodySchemaOf(endpoint)!) }]),
    );
    const places = [...samples].flatMap(([id, { endpoint, sample }]) =>
      objectsOf(endpoint, sample).map((place): [string, (string | number)[]] => [id, place]),
    );
    const before = await storedRows();
    const name = fc.oneof(
      fc.constantFrom(...Object.keys(TEMPTING)),
      fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text !== "__proto__"),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), name, fc.jsonValue(), async ([id, place], name, value) => {
        const { endpoint, sample } = samples.get(id)!;
        const object = valueAt(sample, place);
        fc.pre(isObject(object) && !Object.hasOwn(object, name));
        const replies = await send(endpoint, JSON.stringify(withValueAt(sample, [...place, name], value)));
        expect(replies.status).toBe(422);
        expect(replies.paths).toContain([...place, name].join("."));
      }),
      { numRuns: 300 },
    );
    expect(await storedRows()).toBe(before);
  });

  it("cannot name another order, SKU, location or channel than its path", async () => {
    for (const [id, name] of [
      ["putSku", "sku"],
      ["putLocation", "id"],
      ["putChannel", "id"],
      ["cancelOrder", "orderId"],
      ["shipFulfillment", "fulfillmentId"],
    ] as const) {
      const endpoint = writes.find(([operationId]) => operationId === id)![1];
      const body = { ...(populated.bodyOf(endpoint) as object), [name]: "another" };
      const replies = await send(endpoint, JSON.stringify(body));
      expect([id, replies.status, replies.paths]).toEqual([id, 422, [name]]);
    }
  });
});

describe("the answer to an invalid body", () => {
  it("names at most twenty errors", async () => {
    const endpoint = writes.find(([id]) => id === "placeOrder")![1];
    const lines = `[${"{},".repeat(499)}{}]`;
    const tooMany = JSON.stringify({ ...(populated.bodyOf(endpoint) as object), lines: 0 });
    expect((await send(endpoint, tooMany.replace('"lines":0', `"lines":${lines}`))).paths).toHaveLength(20);

    const names = Array.from({ length: 20_000 }, (_, i) => `"x${i}":0`).join(",");
    expect((await send(endpoint, `{${names}}`)).paths).toHaveLength(20);
  });
});

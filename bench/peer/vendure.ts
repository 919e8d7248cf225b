/**
 * Places orders by Vendure's Shop API: the requests that its documentation lists for a checkout of a guest, as a storefront
 * sends them. Needs two variants in stock, one shipping method that serves the US, and a method of payment.
 */
import { Agent, request as send } from "node:http";

/** One guest's order; returns how many requests it took. @throws if the peer refuses a request. */
export type PlaceOrder = () => Promise<number>;

export type Peer = Readonly<{ place: PlaceOrder; close: () => void }>;

/** What Vendure's mutations answer: the order, or an error of their own. */
type Answer = Readonly<Record<string, unknown>>;

const RESULT = "kind: __typename ... on Order { id state } ... on ErrorResult { errorCode message }";

const MUTATIONS = {
  add: `mutation ($variant: ID!) { result: addItemToOrder(productVariantId: $variant, quantity: 1) { ${RESULT} } }`,
  customer: `mutation ($input: CreateCustomerInput!) { result: setCustomerForOrder(input: $input) { ${RESULT} } }`,
  address: `mutation ($input: CreateAddressInput!) { result: setOrderShippingAddress(input: $input) { ${RESULT} } }`,
  shipping: `mutation ($ids: [ID!]!) { result: setOrderShippingMethod(shippingMethodId: $ids) { ${RESULT} } }`,
  pay: `mutation { result: transitionOrderToState(state: "ArrangingPayment") { ${RESULT} } }`,
  payment: `mutation ($input: PaymentInput!) { result: addPaymentToOrder(input: $input) { ${RESULT} } }`,
};

const ADDRESS = {
  fullName: "Ada Byron",
  streetLine1: "1 Main Street",
  city: "Louisville",
  province: "KY",
  postalCode: "40202",
  countryCode: "US",
};

const PAID = new Set(["PaymentSettled", "PaymentAuthorized"]);

/** @throws if the peer does not list two variants, or offers no shipping or payment for an order. */
export async function vendurePeer(url: URL, callers: number): Promise<Peer> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const variants = await twoVariants(new Session(agent, url));
  const { shipping, payment } = await methodsOf(new Session(agent, url), variants);
  let placed = 0;
  const place = async (): Promise<number> => {
    placed += 1;
    const session = new Session(agent, url);
    for (const variant of variants) await session.mutate("add", { variant });
    const emailAddress = `buyer-${process.pid}-${placed}@example.com`;
    await session.mutate("customer", { input: { firstName: "Ada", lastName: "Byron", emailAddress } });
    await session.mutate("address", { input: ADDRESS });
    await session.mutate("shipping", { ids: [shipping] });
    await session.mutate("pay", {});
    const { state } = await session.mutate("payment", { input: { method: payment, metadata: {} } });
    if (!PAID.has(String(state))) throw new Error(`the peer's order is ${String(state)} instead of paid`);
    return session.requests;
  };
  return { place, close: () => agent.destroy() };
}

/** One guest: Vendure answers the first change with a token, which the next requests carry. */
class Session {
  requests = 0;
  #token: string | null = null;
  readonly #agent: Agent;
  readonly #url: URL;

  constructor(agent: Agent, url: URL) {
    this.#agent = agent;
    this.#url = url;
  }

  async mutate(name: keyof typeof MUTATIONS, variables: object): Promise<Answer> {
    const { result } = await this.query<{ result: Answer }>(MUTATIONS[name], variables);
    if (result.kind !== "Order") throw new Error(`the peer refused ${name}: ${JSON.stringify(result)}`);
    return result;
  }

  async query<Data>(query: string, variables: object = {}): Promise<Data> {
    this.requests += 1;
    const { status, token, text } = await this.#post(JSON.stringify({ query, variables }));
    this.#token = token ?? this.#token;
    if (status !== 200) throw new Error(`the peer answered ${status}: ${text.slice(0, 500)}`);
    const { data, errors }: { data: Data | null; errors?: unknown } = JSON.parse(text);
    if (data === null || errors !== undefined) throw new Error(`the peer: ${JSON.stringify(errors)}`);
    return data;
  }

  #post(body: string): Promise<{ status: number; token: string | null; text: string }> {
    const authorization = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
    const headers = {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      ...authorization,
    };
    return new Promise((resolve, reject) => {
      const sent = send(this.#url.href, { agent: this.#agent, method: "POST", headers }, (answer) => {
        const chunks: Buffer[] = [];
        const token = answer.headers["vendure-auth-token"];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            token: typeof token === "string" ? token : null,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

async function twoVariants(session: Session): Promise<string[]> {
  const { products } = await session.query<{
    products: { items: readonly { variants: readonly { id: string }[] }[] };
  }>("{ products(options: { take: 20 }) { items { variants { id } } } }");
  const ids = products.items.flatMap(({ variants }) => variants.map(({ id }) => id)).slice(0, 2);
  if (ids.length < 2) throw new Error("the peer lists fewer than two variants");
  return ids;
}

/** The ids are the same for every order. They are read once, from an order that is not completed. */
async function methodsOf(session: Session, variants: readonly string[]) {
  for (const variant of variants) await session.mutate("add", { variant });
  await session.mutate("address", { input: ADDRESS });
  const { shipping, payment } = await session.query<{
    shipping: readonly { id: string }[];
    payment: readonly { code: string }[];
  }>("{ shipping: eligibleShippingMethods { id } payment: eligiblePaymentMethods { code } }");
  if (shipping[0] === undefined) throw new Error("the peer offers no shipping method");
  if (payment[0] === undefined) throw new Error("the peer offers no method of payment");
  return { shipping: shipping[0].id, payment: payment[0].code };
}

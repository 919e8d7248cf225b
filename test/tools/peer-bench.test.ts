/** The peer benchmark's adapter, against a stub of Vendure's Shop API that keeps each guest's order and refuses wrong turns. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { playPeerRounds } from "../../bench/peer/rounds";
import { vendurePeer } from "../../bench/peer/vendure";
import type { Target } from "../../bench/platform";

type GuestOrder = { lines: string[]; steps: string[]; state: string };

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

type Answered = { status: number; body: unknown; token?: string };

/** Serves what `answer` returns for each request's body and token. */
async function serve(answer: (body: string, token: string | null) => Answered): Promise<URL> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const { status, body: answered, token } = answer(body, request.headers.authorization?.slice(7) ?? null);
      if (token !== undefined) response.setHeader("vendure-auth-token", token);
      response.statusCode = status;
      response.end(JSON.stringify(answered));
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/shop-api`);
}

type Stub = { orders: Map<string, GuestOrder>; declines: boolean; requests: number };

const aStub = (changes: Partial<Stub> = {}): Stub => ({
  orders: new Map(),
  declines: false,
  requests: 0,
  ...changes,
});

const STEPS = [
  "addItemToOrder",
  "setCustomerForOrder",
  "setOrderShippingAddress",
  "setOrderShippingMethod",
  "transitionOrderToState",
  "addPaymentToOrder",
];

const serveVendure = (stub: Stub): Promise<URL> =>
  serve((text, token) => {
    stub.requests += 1;
    const { query, variables } = JSON.parse(text) as { query: string; variables: { variant?: string } };
    if (query.includes("products(")) {
      return {
        status: 200,
        body: {
          data: {
            products: { items: [{ variants: [{ id: "1" }] }, { variants: [{ id: "2" }, { id: "3" }] }] },
          },
        },
      };
    }
    if (query.includes("eligibleShippingMethods")) {
      return { status: 200, body: { data: { shipping: [{ id: "7" }], payment: [{ code: "dummy" }] } } };
    }
    const step = STEPS.find((name) => query.includes(name)) ?? "unknown";
    const ownToken = token ?? `guest-${stub.orders.size + 1}`;
    const order = stub.orders.get(ownToken) ?? { lines: [], steps: [], state: "AddingItems" };
    stub.orders.set(ownToken, order);
    const refused = refusalOf(stub, order, step);
    if (refused !== null) return { status: 200, body: { data: { result: refused } } };
    order.steps.push(step);
    if (variables.variant !== undefined) order.lines.push(variables.variant);
    if (step === "transitionOrderToState") order.state = "ArrangingPayment";
    if (step === "addPaymentToOrder") order.state = "PaymentSettled";
    const result = { kind: "Order", id: "1", state: order.state };
    return { status: 200, body: { data: { result } }, ...(token === null ? { token: ownToken } : {}) };
  });

/** Vendure's own errors are data, with status 200. */
function refusalOf({ declines }: Stub, order: GuestOrder, step: string): object | null {
  if (step === "transitionOrderToState" && !order.steps.includes("setOrderShippingMethod")) {
    return { kind: "OrderStateTransitionError", errorCode: "ORDER_STATE_TRANSITION_ERROR" };
  }
  if (step !== "addPaymentToOrder") return null;
  if (declines) return { kind: "PaymentDeclinedError", errorCode: "PAYMENT_DECLINED_ERROR" };
  if (order.state === "ArrangingPayment") return null;
  return { kind: "OrderPaymentStateError", errorCode: "ORDER_PAYMENT_STATE_ERROR" };
}

describe("the adapter of Vendure's Shop API", () => {
  it("places and pays an order of two lines by seven requests of one session", async () => {
    const stub = aStub();
    const peer = await vendurePeer(await serveVendure(stub), 2);
    const before = stub.requests;
    expect(await peer.place()).toBe(7);
    peer.close();
    expect(stub.requests - before).toBe(7);
    const paid = [...stub.orders.values()].filter(({ state }) => state === "PaymentSettled");
    expect(paid).toEqual([
      { lines: ["1", "2"], steps: ["addItemToOrder", ...STEPS], state: "PaymentSettled" },
    ]);
  });

  it("ends the run when the peer refuses a step: a refusal is fast and would distort the figures", async () => {
    const peer = await vendurePeer(await serveVendure(aStub({ declines: true })), 1);
    await expect(peer.place()).rejects.toThrow("the peer refused payment");
    peer.close();
  });

  it("ends the run when the peer fails or answers with GraphQL errors", async () => {
    const failing = await serve(() => ({ status: 500, body: {} }));
    await expect(vendurePeer(failing, 1)).rejects.toThrow("the peer answered 500");
    const wrong = await serve(() => ({
      status: 200,
      body: { data: null, errors: [{ message: "no field" }] },
    }));
    await expect(vendurePeer(wrong, 1)).rejects.toThrow("no field");
  });
});

describe("the rounds beside a peer", () => {
  it("place as many orders of two lines at Aftercart as at the peer", async () => {
    const stub = aStub();
    const bodies: string[] = [];
    const url = await serve((body) => {
      bodies.push(body);
      return { status: 201, body: {} };
    });
    const peer = await vendurePeer(await serveVendure(stub), 2);
    const shop = { target: { url } as Target, token: "token", run: "peer" };
    const figures = await playPeerRounds(shop, peer, { rounds: 2, requests: 5, callers: 2 });
    peer.close();
    // One round more than is counted.
    expect(bodies).toHaveLength(15);
    for (const body of bodies) expect(JSON.parse(body).lines).toHaveLength(2);
    expect([...stub.orders.values()].filter(({ state }) => state === "PaymentSettled")).toHaveLength(15);
    expect(figures.peerRequests).toBe(7);
    for (const { min, median, max } of [figures.aftercart, figures.peer, figures.ratio]) {
      expect(min).toBeGreaterThan(0);
      expect(min).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(max);
    }
  });
});

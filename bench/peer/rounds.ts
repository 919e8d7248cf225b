/** Places the same order at Aftercart and at a peer, in alternating rounds of one run, so that other load slows down both. */
import { measure } from "../load.ts";
import { newOrders, placeOrderCall } from "../orders.ts";
import { spreadOf, type RoundsOptions, type Spread } from "../rounds.ts";
import type { Shop } from "../scenarios.ts";
import { table, spread } from "../table.ts";
import type { Peer } from "./vendure.ts";

export type PeerFigures = Readonly<{
  aftercart: Spread;
  peer: Spread;
  /** Aftercart's orders a second, divided by the peer's of the same round. */
  ratio: Spread;
  /** Requests of one order at the peer. Aftercart's order is one. */
  peerRequests: number;
}>;

const LINES = 2;

/** Before the rounds one is played that is not counted, in which both compile their code. */
export async function playPeerRounds(shop: Shop, peer: Peer, options: RoundsOptions): Promise<PeerFigures> {
  const { rounds, requests: orders, callers } = options;
  const played: { own: number; other: number }[] = [];
  let peerRequests = 0;
  const playOwn = async () => {
    const calls = newOrders(shop.run, orders, { lines: LINES }).map((body) =>
      placeOrderCall(shop.token, body),
    );
    return (await measure({ url: shop.target.url, calls, callers, statuses: [201] })).perSecond;
  };
  const playPeer = async () => {
    const { perSecond, requests } = await ordersASecond(peer, orders, callers);
    peerRequests = requests / orders;
    return perSecond;
  };
  for (let round = 0; round <= rounds; round += 1) {
    // Each goes first in every second round: what warms up or fills the machine is not always before the same one.
    const ownFirst = round % 2 === 0;
    const first = await (ownFirst ? playOwn() : playPeer());
    const second = await (ownFirst ? playPeer() : playOwn());
    if (round > 0) played.push(ownFirst ? { own: first, other: second } : { own: second, other: first });
  }
  return {
    aftercart: spreadOf(played.map(({ own }) => own)),
    peer: spreadOf(played.map(({ other }) => other)),
    ratio: spreadOf(played.map(({ own, other }) => own / other)),
    peerRequests,
  };
}

/** Each caller places its next order when the last one is paid. @throws at the first order that is not. */
async function ordersASecond(peer: Peer, orders: number, callers: number) {
  let next = 0;
  let requests = 0;
  const caller = async () => {
    while (next < orders) {
      next += 1;
      const needed = await peer.place();
      requests += needed;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return { perSecond: (orders * 1_000) / (performance.now() - startedAt), requests };
}

export const peerTable = ({ aftercart, peer, ratio, peerRequests }: PeerFigures): string =>
  table(
    ["an order of two lines", "orders a second", "requests an order", "ratio to the peer"],
    [
      ["Aftercart", spread(aftercart, 1), "1", spread(ratio, 2)],
      ["peer", spread(peer, 1), peerRequests.toFixed(0), ""],
    ],
  );

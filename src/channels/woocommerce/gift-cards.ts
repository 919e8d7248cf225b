/**
 * Gift cards that an order is paid with. They are plugins' fields, and an order's `total` is usually what remains to be
 * paid after them.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { AmountReader } from "../shared/amounts";
import { digestOf } from "../shared/body";
import type { WooOrder } from "./payload";

export type GiftCard = Readonly<{ externalId: string; amountMinor: number }>;

export type GiftCards = Readonly<{
  /** Of a field that documents what was redeemed. */
  listed: readonly GiftCard[];
  /** Of metadata that is not documented: redeemed only if the order adds up with it, and not without. */
  implied: readonly GiftCard[];
}>;

/** Metadata of YITH Gift Cards and of Smart Coupons: an amount, or the amount of each code. */
const IMPLIED: Readonly<Record<string, string>> = {
  _ywgc_applied_gift_cards_totals: "gift-cards",
  smart_coupons_contribution: "store-credit",
};

/** The cards of which something was redeemed. */
export function giftCards(payload: WooOrder, amounts: AmountReader): GiftCards {
  const listed = [
    ...payload.gift_cards.map(({ id, amount }, i) => ({
      externalId: `gift-card-${id}`,
      amountMinor: amounts.read(amount, `gift_cards.${i}.amount`),
    })),
    ...payload.pw_gift_cards_redeemed.map(({ number, amount }, i) => ({
      // The number is as good as money: it is not stored.
      externalId: `gift-card-${digestOf(utf8ToBytes(number ?? String(i)))}`,
      amountMinor: amounts.read(amount, `pw_gift_cards_redeemed.${i}.amount`),
    })),
  ];
  const implied = payload.meta_data.flatMap(({ key, value }, i) => {
    const externalId = IMPLIED[key ?? ""];
    if (externalId === undefined) return [];
    const values: unknown[] = typeof value === "object" && value !== null ? Object.values(value) : [value];
    const amountMinor = values.reduce(
      (sum: number, each) => sum + (isAmount(each) ? amounts.read(each, `meta_data.${i}.value`) : 0),
      0,
    );
    return [{ externalId, amountMinor }];
  });
  const isRedeemed = ({ amountMinor }: GiftCard) => amountMinor > 0;
  return { listed: listed.filter(isRedeemed), implied: implied.filter(isRedeemed) };
}

const isAmount = (value: unknown): value is string | number =>
  typeof value === "number" || (typeof value === "string" && /^\d+(\.\d+)?$/.test(value));

export const sumOf = (cards: readonly GiftCard[]): number =>
  cards.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

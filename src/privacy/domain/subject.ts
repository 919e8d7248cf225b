/** Whose data a request is about, within one channel. Pure. */
import { orderIdOf, type OrderId } from "../../kernel/ids";

/** At least one of them is given. `email` is in lower case. */
export type Subject = Readonly<{
  email: string | null;
  phone: string | null;
  /** Orders that the storefront lists as the customer's, by its own ids. */
  externalOrderIds: readonly string[];
}>;

/** A shorter id may be part of any other number in a text. */
const MIN_ID_LENGTH = 8;
const MIN_DIGITS = 7;

/** Texts that are the customer's alone, in lower case, as stored texts may contain them. */
export function wordsOf(
  channelId: string,
  { email, phone, externalOrderIds }: Subject,
  orderIds: readonly OrderId[],
): string[] {
  const digits = phone === null ? "" : digitsOf(phone);
  return [
    ...(email === null ? [] : [email]),
    ...(phone !== null && digits.length >= MIN_DIGITS ? [phone.toLowerCase(), digits] : []),
    ...externalOrderIds.filter(({ length }) => length >= MIN_ID_LENGTH).map((id) => id.toLowerCase()),
    ...externalOrderIds.map((id) => orderIdOf(channelId, id)),
    ...orderIds,
  ];
}

const digitsOf = (phone: string): string => phone.replaceAll(/\D/g, "");

/** Whether two telephone numbers are the same, in whatever notation. */
export const isSamePhone = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && digitsOf(one).length >= MIN_DIGITS && digitsOf(one) === digitsOf(other);

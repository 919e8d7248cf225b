/**
 * What identifies a movement of stock, so that it is recorded once: the reference that the caller gave, or an id of
 * ours. The two have separate namespaces. Effects of orders and the movements that follow from others have keys of
 * their own: see `compositeKey`.
 */
import { compositeKey, type MovementId } from "../../kernel/ids";

/** `reference`: the caller's, such as a delivery note's number. `id`: the same for every retry of one request. */
export type MovementIdentity = Readonly<{ reference: string } | { id: MovementId }>;

/** The `ref` of a movement, which its SKU's object stores. */
export const movementRef = (identity: MovementIdentity): string =>
  "id" in identity ? identity.id : compositeKey("ref", identity.reference);

/** As the caller knows it. */
export const shownRef = (identity: MovementIdentity): string =>
  "id" in identity ? identity.id : identity.reference;

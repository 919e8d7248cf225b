/** Names and addresses, as every storefront's adapter maps them. */
import type { Address } from "../../kernel/address";

/** Null for a person without a name. */
export const fullName = (
  person: Readonly<{ first_name: string | null; last_name: string | null }> | null,
): string | null => [person?.first_name, person?.last_name].filter(Boolean).join(" ") || null;

/** Null for an address without a street, a city and a postal code: storefronts send one for orders that have none. */
export const addressIfAnywhere = (address: Address): Address | null =>
  address.line1 === null && address.city === null && address.postalCode === null ? null : address;

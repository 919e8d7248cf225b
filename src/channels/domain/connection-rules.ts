/**
 * How a storefront's own API is called: at which address, with which credentials. Credentials are sent only to hosts
 * that the storefront's rules allow.
 */
import type { FieldError } from "../../kernel/field-errors";
import { accept, reject, type Result } from "../../kernel/result";
import { outboundAddress } from "./outbound-address";

/** As staff type it in. */
export type ConnectionInput = Readonly<{
  baseUrl: string;
  credentials: Readonly<Record<string, string | undefined>>;
}>;

/** A connection that was checked: its address without a slash at the end, and its credentials by name. */
export type Connection<Name extends string> = Readonly<{ baseUrl: string } & Record<Name, string>>;

export type CredentialRule = Readonly<{ pattern: RegExp; message: string }>;

export type ConnectionRules<Name extends string> = Readonly<{
  /** The address for people, as `https://{shop}.example.com`. */
  baseUrlForm: string;
  /** The only addresses that may receive the credentials; null if the storefront runs on any host. */
  baseUrlPattern: RegExp | null;
  credentials: Readonly<Record<Name, CredentialRule>>;
}>;

/** Sent as a header: a line break or an accent would make the call fail with an error that quotes the token. */
export const TOKEN: CredentialRule = {
  pattern: /^[\x21-\x7e]{8,500}$/,
  message: "is missing or not a token",
};

/**
 * Checks a connection by its storefront's rules. `loopback` also allows addresses on this machine, for development
 * and tests. Rejects by field, and never quotes a credential.
 */
export function parseConnection<Name extends string>(
  kind: string,
  rules: ConnectionRules<Name>,
  { baseUrl, credentials }: ConnectionInput,
  { loopback }: Readonly<{ loopback: boolean }>,
): Result<Connection<Name>, readonly FieldError[]> {
  const address = outboundAddress(baseUrl, { loopback });
  const names = Object.keys(rules.credentials) as Name[];
  const unknown = Object.keys(credentials).filter(
    (name) => credentials[name] !== undefined && !names.includes(name as Name),
  );
  const malformed = names.filter((name) => !rules.credentials[name].pattern.test(credentials[name] ?? ""));
  const errors: FieldError[] = [
    ...addressErrors(address, rules),
    ...unknown.map((name) => credentialError(name, `is not a credential of ${kind}`)),
    ...malformed.map((name) => credentialError(name, rules.credentials[name].message)),
  ];
  if (!address.ok || errors.length > 0) return reject(errors);
  const values = Object.fromEntries(names.map((name) => [name, credentials[name]]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Every name has a value that matches its pattern.
  return accept({ ...values, baseUrl: address.value } as Connection<Name>);
}

/** Plain HTTP is accepted on this machine only, where it stands for any storefront. */
function addressErrors(
  address: Result<string, string>,
  { baseUrlPattern, baseUrlForm }: Pick<ConnectionRules<string>, "baseUrlPattern" | "baseUrlForm">,
): FieldError[] {
  const path = "connection.baseUrl";
  if (!address.ok) return [{ path, message: address.rejection }];
  const isAllowed = address.value.startsWith("http://") || (baseUrlPattern?.test(address.value) ?? true);
  return isAllowed ? [] : [{ path, message: `is not ${baseUrlForm}` }];
}

const credentialError = (name: string, message: string): FieldError => ({
  path: `connection.credentials.${name}`,
  message,
});

/**
 * Which addresses of other systems may be called. Staff type them in, and must not be able to make the Worker call
 * what only the Worker can reach: an address must be a public name over TLS.
 *
 * A public name may resolve to a private address. That cannot be checked here, and the platform's network does not
 * route to private addresses.
 */
import { accept, reject, type Result } from "../../kernel/result";

const MAX_LENGTH = 300;

/** At least two labels, of which the last begins with a letter: no form of an IP address matches. */
const PUBLIC_NAME =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Names that resolve only inside a network: RFC 6761, 6762, 8375, 9476, and names in common use. */
const PRIVATE_ENDINGS = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "home.arpa",
  "onion",
];

const LOOPBACK = ["127.0.0.1", "[::1]", "localhost"];

/**
 * The address in normal form, without a slash at its end. `loopback` also allows plain HTTP to this machine on any
 * port, for development and tests. Rejects with what is wrong, as a text for staff.
 */
export function outboundAddress(text: string, { loopback }: { loopback: boolean }): Result<string, string> {
  if (text.length > MAX_LENGTH || !URL.canParse(text)) return reject("is not a web address");
  // The parser would remove or replace these characters: what is checked must be what was typed.
  if (/[\s\\@?#]|[^\x21-\x7e]/.test(text)) return reject("may have only a host and a path");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return reject("must not contain credentials");
  const address = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  if (loopback && url.protocol === "http:" && LOOPBACK.includes(url.hostname)) return accept(address);
  if (url.protocol !== "https:") return reject("must begin with https://");
  if (url.port !== "") return reject("must not have a port");
  if (!PUBLIC_NAME.test(url.hostname) || isPrivate(url.hostname)) return reject("is not a public host");
  return accept(address);
}

const isPrivate = (host: string): boolean =>
  PRIVATE_ENDINGS.some((ending) => host === ending || host.endsWith(`.${ending}`));

/**
 * Which addresses of other systems we call at all. Staff type them in, and whoever may type them must not
 * get the Worker to call what only it can reach: so an address is a public name over TLS, and nothing that
 * looks like one and is another thing.
 *
 * A name that resolves to a private address cannot be told from here; the platform's own network does not
 * route to those.
 */
import { accept, reject, type Result } from "../../kernel/result";

const MAX_LENGTH = 300;

/** Two labels at least, the last beginning with a letter: no spelling of an IP address does. */
const PUBLIC_NAME =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Names that resolve inside a network, if anywhere: RFC 6761, 6762, 8375, 9476 and common habit. */
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
 * The address in its one spelling, without a slash at its end. `loopback` allows plain HTTP to this machine
 * on any port, for development and tests. Rejects with what is wrong, in words for whoever typed it.
 */
export function outboundAddress(text: string, { loopback }: { loopback: boolean }): Result<string, string> {
  if (text.length > MAX_LENGTH || !URL.canParse(text)) return reject("is not a web address");
  // The parser takes these away or reads them as something else: what is checked must be what was typed.
  if (/[\s\\@?#]|[^\x21-\x7e]/.test(text)) return reject("takes only a host and a path");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return reject("must not hold credentials");
  const address = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  if (loopback && url.protocol === "http:" && LOOPBACK.includes(url.hostname)) return accept(address);
  if (url.protocol !== "https:") return reject("must begin with https://");
  if (url.port !== "") return reject("must not name a port");
  if (!PUBLIC_NAME.test(url.hostname) || isPrivate(url.hostname)) return reject("is no public host");
  return accept(address);
}

const isPrivate = (host: string): boolean =>
  PRIVATE_ENDINGS.some((ending) => host === ending || host.endsWith(`.${ending}`));

/** Links that come from outside, such as a carrier's tracking page. */

/**
 * The link; null unless a browser would open it as a web page. A link with a user name, such as
 * `https://bank.example@evil.example/`, looks as if it led to another host: null too.
 */
export function webLink(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, username, password, href } = new URL(url);
  if (username !== "" || password !== "") return null;
  return protocol === "https:" || protocol === "http:" ? href : null;
}

/**
 * How a storefront's own API is called: where, and as whom. Each kind of storefront has its own credentials.
 * They go only where they belong: Shopify's and BigCommerce's to those companies' hosts, and a shop's own to
 * the shop. The generic storefront has no API that we know.
 */
import { outboundAddress } from "./outbound-address";
import type { ChannelKind } from "../../catalog/domain/reference";
import { accept, reject, type Result } from "../../kernel/result";

export type ChannelConnection =
  /** The Admin API of `https://{shop}.myshopify.com`, in one version of it, such as `2026-10`. */
  | Readonly<{ kind: "shopify"; baseUrl: string; accessToken: string; apiVersion: string }>
  /** The site that has `/wp-json/wc/v3` under it. */
  | Readonly<{ kind: "woocommerce"; baseUrl: string; consumerKey: string; consumerSecret: string }>
  /** `https://api.bigcommerce.com/stores/{hash}`, without a version: its APIs are of two. */
  | Readonly<{ kind: "bigcommerce"; baseUrl: string; accessToken: string }>;

export type ConnectionOf<Kind extends ChannelConnection["kind"]> = Extract<ChannelConnection, { kind: Kind }>;

export type CredentialName = "accessToken" | "apiVersion" | "consumerKey" | "consumerSecret";

export type ConnectionInput = Readonly<{
  baseUrl: string;
  credentials: Readonly<{ [name in CredentialName]?: string | undefined }>;
}>;

type Fault = Readonly<{ path: string; message: string }>;

/** Sent as a header: a line break or an accent in it would fail there, and the failure would quote it. */
const TOKEN = /^[\x21-\x7e]{8,500}$/;
const SHOPIFY_VERSION = /^(?:20\d\d-(?:01|04|07|10)|unstable)$/;

const TAKES: Readonly<Record<ChannelKind, readonly CredentialName[]>> = {
  shopify: ["accessToken", "apiVersion"],
  woocommerce: ["consumerKey", "consumerSecret"],
  bigcommerce: ["accessToken"],
  generic: [],
};

/**
 * The connection that was typed in for a storefront of this kind. `loopback` lets it stand on this machine,
 * for development and tests. Rejects by field, and never quotes a credential.
 */
export function parseConnection(
  kind: ChannelKind,
  { baseUrl, credentials }: ConnectionInput,
  { loopback }: Readonly<{ loopback: boolean }>,
): Result<ChannelConnection, readonly Fault[]> {
  if (kind === "generic") {
    return reject([{ path: "connection", message: "a generic channel has no API that we know" }]);
  }
  const faults: Fault[] = [];
  const address = outboundAddress(baseUrl, { loopback });
  if (!address.ok) faults.push({ path: "connection.baseUrl", message: address.rejection });
  else if (!belongsTo(kind, address.value)) {
    faults.push({ path: "connection.baseUrl", message: PLACE[kind] });
  }
  const value = (name: CredentialName): string => credentials[name] ?? "";
  for (const name of Object.keys(credentials) as CredentialName[]) {
    if (credentials[name] !== undefined && !TAKES[kind].includes(name)) {
      faults.push({ path: `connection.credentials.${name}`, message: `is none of ${kind}'s` });
    }
  }
  for (const name of TAKES[kind]) {
    const allowed = name === "apiVersion" ? SHOPIFY_VERSION : TOKEN;
    const message = name === "apiVersion" ? "is no version, such as 2026-10" : "is missing or no token";
    if (!allowed.test(value(name))) faults.push({ path: `connection.credentials.${name}`, message });
  }
  if (!address.ok || faults.length > 0) return reject(faults);
  switch (kind) {
    case "shopify": {
      const { value: at } = address;
      return accept({
        kind,
        baseUrl: at,
        accessToken: value("accessToken"),
        apiVersion: value("apiVersion"),
      });
    }
    case "woocommerce": {
      const keys = { consumerKey: value("consumerKey"), consumerSecret: value("consumerSecret") };
      return accept({ kind, baseUrl: address.value, ...keys });
    }
    case "bigcommerce":
      return accept({ kind, baseUrl: address.value, accessToken: value("accessToken") });
  }
}

const PLACE = {
  shopify: "is not https://{shop}.myshopify.com",
  woocommerce: "is not the site's address",
  bigcommerce: "is not https://api.bigcommerce.com/stores/{hash}",
};

/** This machine stands in for any of them, where it is allowed at all. */
function belongsTo(kind: ChannelConnection["kind"], baseUrl: string): boolean {
  if (baseUrl.startsWith("http://")) return true;
  switch (kind) {
    case "shopify":
      return /^https:\/\/[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(baseUrl);
    case "woocommerce":
      return true;
    case "bigcommerce":
      return /^https:\/\/api\.bigcommerce\.com\/stores\/[a-z0-9]+$/.test(baseUrl);
  }
}

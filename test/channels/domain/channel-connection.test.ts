import { describe, expect, it } from "vitest";
import { parseConnection, type ConnectionInput } from "../../../src/channels/domain/channel-connection";
import type { ChannelKind } from "../../../src/catalog/domain/reference";

const shopify: ConnectionInput = {
  baseUrl: "https://mugs.myshopify.com/",
  credentials: { accessToken: "shpat_0123456789", apiVersion: "2026-10" },
};
const woocommerce: ConnectionInput = {
  baseUrl: "https://mugs.example/shop",
  credentials: { consumerKey: "ck_0123456789", consumerSecret: "cs_0123456789" },
};
const bigcommerce: ConnectionInput = {
  baseUrl: "https://api.bigcommerce.com/stores/abc123",
  credentials: { accessToken: "bc_0123456789" },
};

const parse = (kind: ChannelKind, input: ConnectionInput, loopback = false) =>
  parseConnection(kind, input, { loopback });
const faults = (kind: ChannelKind, input: ConnectionInput) => {
  const parsed = parse(kind, input);
  return parsed.ok ? [] : parsed.rejection.map(({ path }) => path);
};

describe("a connection", () => {
  it("has what its kind of storefront takes", () => {
    expect(parse("shopify", shopify)).toEqual({
      ok: true,
      value: { kind: "shopify", baseUrl: "https://mugs.myshopify.com", ...shopify.credentials },
    });
    expect(parse("woocommerce", woocommerce)).toEqual({
      ok: true,
      value: { kind: "woocommerce", baseUrl: woocommerce.baseUrl, ...woocommerce.credentials },
    });
    expect(parse("bigcommerce", bigcommerce)).toEqual({
      ok: true,
      value: { kind: "bigcommerce", baseUrl: bigcommerce.baseUrl, ...bigcommerce.credentials },
    });
  });

  it("may stand on this machine, where that is allowed", () => {
    const here = { ...bigcommerce, baseUrl: "http://127.0.0.1:9911/stores/abc" };
    expect(parse("bigcommerce", here, true).ok).toBe(true);
    expect(parse("bigcommerce", here).ok).toBe(false);
  });

  it.each<[string, ChannelKind, ConnectionInput]>([
    ["Shopify's token", "shopify", { ...shopify, baseUrl: "https://mugs.example" }],
    ["Shopify's token", "shopify", { ...shopify, baseUrl: "https://myshopify.com.evil.example" }],
    ["Shopify's token", "shopify", { ...shopify, baseUrl: "https://mugs.myshopify.com/admin" }],
    ["BigCommerce's token", "bigcommerce", { ...bigcommerce, baseUrl: "https://api.bigcommerce.com" }],
    [
      "BigCommerce's token",
      "bigcommerce",
      { ...bigcommerce, baseUrl: "https://api.bigcommerce.com/stores/abc/v3" },
    ],
    ["BigCommerce's token", "bigcommerce", { ...bigcommerce, baseUrl: "https://evil.example/stores/abc" }],
  ])("does not take %s elsewhere: %s %j", (_whose, kind, input) => {
    expect(faults(kind, input)).toEqual(["connection.baseUrl"]);
  });

  it.each<[ChannelKind, ConnectionInput, string[]]>([
    ["generic", bigcommerce, ["connection"]],
    ["bigcommerce", { ...bigcommerce, credentials: {} }, ["connection.credentials.accessToken"]],
    [
      "bigcommerce",
      { ...bigcommerce, credentials: { accessToken: "with a space" } },
      ["connection.credentials.accessToken"],
    ],
    [
      "bigcommerce",
      { ...bigcommerce, credentials: { accessToken: "bc_0123456789\r\nx: y" } },
      ["connection.credentials.accessToken"],
    ],
    [
      "bigcommerce",
      { ...bigcommerce, credentials: woocommerce.credentials },
      [
        "connection.credentials.consumerKey",
        "connection.credentials.consumerSecret",
        "connection.credentials.accessToken",
      ],
    ],
    [
      "shopify",
      { ...shopify, credentials: { accessToken: "shpat_0123456789", apiVersion: "../2026-10" } },
      ["connection.credentials.apiVersion"],
    ],
    [
      "woocommerce",
      { ...woocommerce, credentials: { consumerKey: "ck_0123456789" } },
      ["connection.credentials.consumerSecret"],
    ],
  ])("of %s is refused with %j, field by field", (kind, input, paths) => {
    expect(faults(kind, input)).toEqual(paths);
  });

  it("is never quoted by its refusal", () => {
    const credentials = { accessToken: "a secret with spaces", consumerKey: "another-secret" };
    const told = JSON.stringify(parse("bigcommerce", { ...bigcommerce, credentials }));
    expect(told).not.toContain("secret with");
    expect(told).not.toContain("another-secret");
  });
});

/** The connections that staff type in, by the rules of each storefront. */
import { describe, expect, it } from "vitest";
import { bigCommerceConnection } from "../../../src/channels/bigcommerce/connection";
import {
  parseConnection,
  type ConnectionInput,
  type ConnectionRules,
} from "../../../src/channels/domain/connection-rules";
import { shopifyConnection } from "../../../src/channels/shopify/connection";
import { wooCommerceConnection } from "../../../src/channels/woocommerce/connection";
import { registryWith } from "../../support/storefront-adapters";

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

const { connect } = registryWith(fetch);
const errorPaths = (kind: string, input: ConnectionInput, loopback = false) => {
  const api = connect(kind, input, { loopback });
  return api.ok ? [] : api.rejection.map(({ path }) => path);
};

describe("a connection", () => {
  it.each<{ kind: string; rules: ConnectionRules<string>; input: ConnectionInput; baseUrl: string }>([
    { kind: "shopify", rules: shopifyConnection, input: shopify, baseUrl: "https://mugs.myshopify.com" },
    {
      kind: "woocommerce",
      rules: wooCommerceConnection,
      input: woocommerce,
      baseUrl: woocommerce.baseUrl,
    },
    {
      kind: "bigcommerce",
      rules: bigCommerceConnection,
      input: bigcommerce,
      baseUrl: bigcommerce.baseUrl,
    },
  ])(
    "of $kind has its address without a last slash, and its credentials",
    ({ kind, rules, input, baseUrl }) => {
      expect(parseConnection(kind, rules, input, { loopback: false })).toEqual({
        ok: true,
        value: { baseUrl, ...input.credentials },
      });
      expect(errorPaths(kind, input)).toEqual([]);
    },
  );

  it("may be on this machine only if that is allowed", () => {
    const here = { ...bigcommerce, baseUrl: "http://127.0.0.1:9911/stores/abc" };
    expect(errorPaths("bigcommerce", here, true)).toEqual([]);
    expect(errorPaths("bigcommerce", here)).toEqual(["connection.baseUrl"]);
  });

  it.each<{ kind: string; input: ConnectionInput }>([
    { kind: "shopify", input: { ...shopify, baseUrl: "https://mugs.example" } },
    { kind: "shopify", input: { ...shopify, baseUrl: "https://myshopify.com.evil.example" } },
    { kind: "shopify", input: { ...shopify, baseUrl: "https://mugs.myshopify.com/admin" } },
    { kind: "bigcommerce", input: { ...bigcommerce, baseUrl: "https://api.bigcommerce.com" } },
    { kind: "bigcommerce", input: { ...bigcommerce, baseUrl: "https://api.bigcommerce.com/stores/abc/v3" } },
    { kind: "bigcommerce", input: { ...bigcommerce, baseUrl: "https://evil.example/stores/abc" } },
  ])("of $kind does not send its token to $input.baseUrl", ({ kind, input }) => {
    expect(errorPaths(kind, input)).toEqual(["connection.baseUrl"]);
  });

  it.each<{ what: string; kind: string; input: ConnectionInput; paths: string[] }>([
    { what: "for a storefront without an API", kind: "generic", input: bigcommerce, paths: ["connection"] },
    {
      what: "without a token",
      kind: "bigcommerce",
      input: { ...bigcommerce, credentials: {} },
      paths: ["connection.credentials.accessToken"],
    },
    {
      what: "with a space in its token",
      kind: "bigcommerce",
      input: { ...bigcommerce, credentials: { accessToken: "with a space" } },
      paths: ["connection.credentials.accessToken"],
    },
    {
      what: "with a line break in its token",
      kind: "bigcommerce",
      input: { ...bigcommerce, credentials: { accessToken: "bc_0123456789\r\nx: y" } },
      paths: ["connection.credentials.accessToken"],
    },
    {
      what: "with another storefront's credentials",
      kind: "bigcommerce",
      input: { ...bigcommerce, credentials: woocommerce.credentials },
      paths: [
        "connection.credentials.consumerKey",
        "connection.credentials.consumerSecret",
        "connection.credentials.accessToken",
      ],
    },
    {
      what: "with a path as its version",
      kind: "shopify",
      input: { ...shopify, credentials: { accessToken: "shpat_0123456789", apiVersion: "../2026-10" } },
      paths: ["connection.credentials.apiVersion"],
    },
    {
      what: "without one of two keys",
      kind: "woocommerce",
      input: { ...woocommerce, credentials: { consumerKey: "ck_0123456789" } },
      paths: ["connection.credentials.consumerSecret"],
    },
  ])("$what is rejected by $paths", ({ kind, input, paths }) => {
    expect(errorPaths(kind, input)).toEqual(paths);
  });

  it("is not quoted by its rejection", () => {
    const credentials = { accessToken: "a secret with spaces", consumerKey: "another-secret" };
    const rejection = JSON.stringify(
      connect("bigcommerce", { ...bigcommerce, credentials }, { loopback: false }),
    );
    expect(rejection).not.toContain("secret with");
    expect(rejection).not.toContain("another-secret");
  });
});

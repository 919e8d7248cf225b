import { describe, expect, it } from "vitest";
import { outboundAddress } from "../../../src/channels/domain/outbound-address";

const inProduction = (text: string) => outboundAddress(text, { loopback: false });
const inDevelopment = (text: string) => outboundAddress(text, { loopback: true });

describe("an address", () => {
  it.each([
    ["https://shop.example.com", "https://shop.example.com"],
    ["https://shop.example.com/", "https://shop.example.com"],
    ["https://SHOP.Example.com/store//", "https://shop.example.com/store"],
    ["https://shop.example.com:443/a/../b", "https://shop.example.com/b"],
    ["https://xn--bcher-kva.example/laden", "https://xn--bcher-kva.example/laden"],
  ])("%s may be called: it is a public name over TLS", (text, address) => {
    expect(inProduction(text)).toEqual({ ok: true, value: address });
    expect(inDevelopment(text)).toEqual({ ok: true, value: address });
  });

  it.each([
    ["http://127.0.0.1:9911/stores/abc", "http://127.0.0.1:9911/stores/abc"],
    ["http://localhost:9911/", "http://localhost:9911"],
    ["http://[::1]:9911", "http://[::1]:9911"],
  ])("%s may be called in development only: it is this machine", (text, address) => {
    expect(inDevelopment(text)).toEqual({ ok: true, value: address });
    expect(inProduction(text).ok).toBe(false);
  });
});

describe("an address that may not be called", () => {
  it.each([
    ["plain HTTP", "http://shop.example.com"],
    ["another protocol", "ftp://shop.example.com"],
    ["a script", "javascript:alert(1)"],
    ["a file", "file:///etc/passwd"],
    ["a port", "https://shop.example.com:8443"],
    ["a user name and a password", "https://user:secret@shop.example.com"],
    ["a user name", "https://user@shop.example.com"],
    ["an empty user name", "https://@shop.example.com"],
    ["a host before another one", "https://shop.example.com@evil.example"],
    ["a host before a backslash", "https://shop.example.com\\@evil.example"],
    ["a query", "https://shop.example.com/?next=1"],
    ["a fragment", "https://shop.example.com/#/"],
    ["a line break", "https://shop.example.com/\n"],
    ["a tab in its host", "https://shop\t.example.com"],
    ["full-width letters", "https://ｓhop.example.com"],
    ["no text", ""],
    ["a relative path", "/v2/orders"],
    ["no host", "https://"],
    ["a host of one label", "https://metadata/"],
    ["a dot at its end", "https://localhost./"],
    ["this machine over TLS", "https://localhost/"],
    ["this machine by IP address, over TLS", "https://127.0.0.1/"],
    ["a name inside a network", "https://metadata.google.internal/"],
    ["a name of the local network", "https://printer.local/"],
    ["a name of a home network", "https://nas.home.arpa/"],
    ["a decimal IP address", "https://2130706433/"],
    ["a hexadecimal IP address", "https://0x7f000001/"],
    ["an octal IP address", "https://0177.0.0.1/"],
    ["a short IP address", "https://127.1/"],
    ["a private IP address", "https://10.0.0.1/"],
    ["the metadata service's IP address", "https://169.254.169.254/"],
    ["an IPv6 address", "https://[fd00:ec2::254]/"],
    ["a mapped IPv4 address", "https://[::ffff:127.0.0.1]/"],
    ["too many characters", `https://shop.example.com/${"a".repeat(300)}`],
  ])("has %s", (_what, text) => {
    expect(inProduction(text).ok).toBe(false);
    expect(inDevelopment(text).ok).toBe(false);
  });
});

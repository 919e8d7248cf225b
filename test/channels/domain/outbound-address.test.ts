import { describe, expect, it } from "vitest";
import { outboundAddress } from "../../../src/channels/domain/outbound-address";

const inProduction = (text: string) => outboundAddress(text, { loopback: false });
const inDevelopment = (text: string) => outboundAddress(text, { loopback: true });

describe("an address that may be called", () => {
  it.each([
    ["https://shop.example.com", "https://shop.example.com"],
    ["https://shop.example.com/", "https://shop.example.com"],
    ["https://SHOP.Example.com/store//", "https://shop.example.com/store"],
    ["https://shop.example.com:443/a/../b", "https://shop.example.com/b"],
    ["https://xn--bcher-kva.example/laden", "https://xn--bcher-kva.example/laden"],
  ])("%s is a public name over TLS", (text, address) => {
    expect(inProduction(text)).toEqual({ ok: true, value: address });
    expect(inDevelopment(text)).toEqual({ ok: true, value: address });
  });

  it.each([
    ["http://127.0.0.1:9911/stores/abc", "http://127.0.0.1:9911/stores/abc"],
    ["http://localhost:9911/", "http://localhost:9911"],
    ["http://[::1]:9911", "http://[::1]:9911"],
  ])("%s is this machine, where it is developed and nowhere else", (text, address) => {
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
    ["a name and a password", "https://user:secret@shop.example.com"],
    ["a name", "https://user@shop.example.com"],
    ["an empty name", "https://@shop.example.com"],
    ["a host behind another", "https://shop.example.com@evil.example"],
    ["a host behind a backslash", "https://shop.example.com\\@evil.example"],
    ["a query", "https://shop.example.com/?next=1"],
    ["a fragment", "https://shop.example.com/#/"],
    ["a line break", "https://shop.example.com/\n"],
    ["a tab in its host", "https://shop\t.example.com"],
    ["full-width letters", "https://ｓhop.example.com"],
    ["nothing", ""],
    ["a relative path", "/v2/orders"],
    ["no host", "https://"],
    ["a single label", "https://metadata/"],
    ["a dot at its end", "https://localhost./"],
    ["this machine over TLS", "https://localhost/"],
    ["this machine by number, over TLS", "https://127.0.0.1/"],
    ["a name inside a network", "https://metadata.google.internal/"],
    ["a printer", "https://printer.local/"],
    ["a home", "https://nas.home.arpa/"],
    ["another number", "https://2130706433/"],
    ["a hexadecimal number", "https://0x7f000001/"],
    ["an octal number", "https://0177.0.0.1/"],
    ["a short number", "https://127.1/"],
    ["a private network", "https://10.0.0.1/"],
    ["the metadata service", "https://169.254.169.254/"],
    ["a version 6 address", "https://[fd00:ec2::254]/"],
    ["a mapped address", "https://[::ffff:127.0.0.1]/"],
    ["too much", `https://shop.example.com/${"a".repeat(300)}`],
  ])("has %s", (_what, text) => {
    expect(inProduction(text).ok).toBe(false);
    expect(inDevelopment(text).ok).toBe(false);
  });
});

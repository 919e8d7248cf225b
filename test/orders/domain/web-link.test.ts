import { describe, expect, it } from "vitest";
import { webLink } from "../../../src/orders/domain/web-link";

describe("webLink", () => {
  it.each([
    { name: "no link", url: null },
    { name: "an empty text", url: "" },
    { name: "a relative path", url: "track/1" },
    { name: "a script", url: "javascript:alert(1)" },
    { name: "a script in mixed case", url: "JaVaScRiPt:alert(1)//https://x.example" },
    { name: "a data URL", url: "data:text/html,x" },
    { name: "a file", url: "file:///etc/passwd" },
    { name: "a user name before the host", url: "https://bank.example@evil.example/" },
    { name: "a password before the host", url: "https://:secret@evil.example/" },
  ])("refuses $name", ({ url }) => {
    expect(webLink(url)).toBeNull();
  });

  it.each([
    {
      name: "an https link",
      url: "https://ups.example/track?n=1&m=2",
      link: "https://ups.example/track?n=1&m=2",
    },
    { name: "an http link", url: "http://ups.example", link: "http://ups.example/" },
    {
      name: "markup, percent-encoded",
      url: 'https://ups.example/"><script>',
      link: "https://ups.example/%22%3E%3Cscript%3E",
    },
  ])("returns $name", ({ url, link }) => {
    expect(webLink(url)).toBe(link);
  });
});

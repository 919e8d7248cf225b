import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logLine } from "../../src/kernel/log-line";

describe("logLine", () => {
  it("is JSON with level, message and facts", () => {
    expect(JSON.parse(logLine("info", "cron", { cron: "* * * * *", outcome: { sent: 2 } }))).toEqual({
      level: "info",
      message: "cron",
      cron: "* * * * *",
      outcome: { sent: 2 },
    });
  });

  it("contains name, message and stack of an error", () => {
    const { error } = JSON.parse(logLine("error", "it failed", { error: new TypeError("no such thing") }));
    expect(error).toMatchObject({ name: "TypeError", message: "no such thing" });
    expect(error.stack).toContain("log-line.test.ts");
  });

  const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  it.each([
    "\n",
    "\r\n",
    "\u001b[2J",
    "\u009b2J",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u0000",
    "\u{e0041}",
    "\u{1f511}",
  ])("escapes %j, and parses to the same text", (text) => {
    const line = logLine("error", text, { [text]: text, inside: [{ text }] });
    expect(line).not.toMatch(INVISIBLE);
    expect(JSON.parse(line)).toEqual({ level: "error", message: text, [text]: text, inside: [{ text }] });
  });

  const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

  it("escapes all control and format characters of any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = logLine("info", text, { text });
        expect(line).not.toMatch(INVISIBLE);
        expect(JSON.parse(line).text).toBe(text);
      }),
    );
  });
});

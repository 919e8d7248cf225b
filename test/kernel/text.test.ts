import { describe, expect, it } from "vitest";
import { asLine, asLines, isLine, isLines } from "../../src/kernel/text";

/** Each begins a new line, a new header or a new entry somewhere, or cannot be stored. */
const NOT_IN_A_LINE = [
  "\0",
  "\t",
  "\n",
  "\v",
  "\f",
  "\r",
  "\u001b",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u2029",
  "\ud83d",
];

describe("a line", () => {
  it.each(NOT_IN_A_LINE)("does not have %j", (character) => {
    expect(isLine(`a${character}b`)).toBe(false);
    expect(isLine(asLine(`a${character}b`))).toBe(true);
  });

  it.each(["", "Ada", "Zoë 🎈", "a\u00a0b", "שלום"])("may be %j, and stays as it is", (text) => {
    expect([isLine(text), asLine(text)]).toEqual([true, text]);
  });

  it.each([
    ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com Bcc: eve@example.com"],
    ["  1 Main Street\t\n", "1 Main Street"],
    ["A\ud83d\0n", "A\ufffdn"],
    ["a\u2028\u2029b\u001b[31m", "a b[31m"],
  ])("of %j is %j", (text, line) => {
    expect(asLine(text)).toBe(line);
  });
});

describe("lines", () => {
  it("may have line breaks and tabs, and no other control characters", () => {
    expect(isLines("Ring twice.\r\n\tThank you.\n")).toBe(true);
    expect(NOT_IN_A_LINE.filter((character) => isLines(`a${character}b`))).toEqual(["\t", "\n", "\r"]);
  });

  it.each([
    ["Ring twice.\r\nThank you.\r", "Ring twice.\nThank you."],
    ["a\u2028b\u0085\tc\0\u001b", "a\nb\n\tc"],
    ["\ud83d\n🎈", "\ufffd\n🎈"],
  ])("of %j are %j", (text, lines) => {
    expect(asLines(text)).toBe(lines);
    expect(isLines(asLines(text))).toBe(true);
  });
});

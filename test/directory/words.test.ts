import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchOf } from "../../src/directory/domain/match";
import { joinedWord, MAX_WORD_LENGTH, partsOf, phoneWords, wordsOf } from "../../src/directory/domain/words";

describe("the words of a text", () => {
  it.each([
    { text: "José Müller", words: ["jose", "muller"] },
    { text: "Jose\u0301 MU\u0308LLER", words: ["jose", "muller"] },
    { text: "Straße, Øystein Łódź", words: ["strasse", "oystein", "lodz"] },
    { text: "İstanbul ΣΊΣΥΦΟΣ σίσυφος", words: ["istanbul", "σισυφοσ", "σισυφοσ"] },
    { text: "ＡＢＣ１２３", words: ["abc123"] },
    { text: "山田 太郎", words: ["山田", "太郎"] },
    { text: "a.b+c@example.com", words: ["a", "b", "c", "example", "com"] },
    { text: " \u0000--- *\"' ", words: [] },
  ])("of $text are $words", ({ text, words }) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it.each([
    { text: "A-100.b", joined: "a100b" },
    { text: "#1002", joined: "1002" },
    { text: "---", joined: "2d2d2d" },
    { text: "", joined: "" },
  ])("as one word: $text is $joined", ({ text, joined }) => {
    expect(joinedWord(text)).toBe(joined);
  });

  it.each([
    { phone: "+49 (0) 151 2345678", found: ["491512345678", "1512345678"] },
    { phone: "0151 / 234 56 78", found: ["1512345678"] },
    { phone: "+1 (415) 555-1234", found: ["14155551234", "4155551234"] },
    { phone: "٠١٥١٢٣٤٥٦٧٨", found: [] },
    { phone: "call me", found: [] },
  ])("of the phone $phone include $found", ({ phone, found }) => {
    expect(phoneWords(phone)).toEqual(expect.arrayContaining(found));
    expect(phoneWords(phone).length > 0).toBe(found.length > 0);
  });

  it("of a word are the same after a second folding, have no syntax, and are cut whole", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const { words, joined } of partsOf(text)) {
          for (const word of [...words, joined]) {
            expect(wordsOf(word)).toEqual([word]);
            expect(word.length).toBeLessThanOrEqual(MAX_WORD_LENGTH);
            expect(word).toMatch(/^[\p{L}\p{N}\p{Mc}]+$/u);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("the expression of a search", () => {
  it.each([
    { name: "words", filters: { q: "Jane doe" }, match: '("jane"* AND "doe"*)' },
    { name: "a short word", filters: { q: "jo" }, match: '("jo")' },
    {
      name: "a word with punctuation",
      filters: { q: "A-100-B" },
      match: '(("a100b"* OR ("a" AND "100"* AND "b")))',
    },
    {
      name: "operators and quotes",
      filters: { q: 'NEAR("a" b) OR terms:x* ^' },
      match: '(("neara"* OR ("near"* AND "a")) AND "b" AND "or" AND ("termsx"* OR ("terms"* AND "x")))',
    },
    {
      name: "a telephone number",
      filters: { q: "+49 151 2345678" },
      match: '(("49" AND "151"* AND "2345678"*) OR "491512345678"*)',
    },
    {
      name: "filters",
      filters: { status: "open", channelId: "Web_1", number: "#1002", email: "a@b.de", sku: "-" },
      match: '"=sopen" AND "=cWeb_1" AND "1002" AND "abde" AND "2d"',
    },
    { name: "nothing", filters: {}, match: null },
  ] as const)("for $name", ({ filters, match }) => {
    expect(matchOf(filters)).toBe(match);
  });
});

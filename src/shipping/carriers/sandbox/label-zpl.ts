/**
 * The label as ZPL II, 4 × 6 inches at 203 dots an inch (8 a millimetre). Every text is a field with `^FH`, in which each
 * character that is a command, or is not ASCII, is written as its UTF-8 bytes: an address cannot end its field.
 */
import type { LabelContent } from "./label-content";

const WIDTH = 812;
const HEIGHT = 1_218;
const LEFT = 40;
/** Dots of the narrowest bar: 0.5 mm. */
const MODULE = 4;

export function labelZpl(content: LabelContent): string {
  const { mark, service, weight, from, to, sscc, ssccText, reference, notice } = content;
  return [
    "^XA",
    "^CI28",
    `^PW${WIDTH}`,
    `^LL${HEIGHT}`,
    "^LH0,0",
    text(LEFT, 40, 130, mark),
    text(240, 50, 44, service),
    text(240, 110, 32, weight),
    rule(190),
    text(LEFT, 205, 22, "FROM"),
    ...from.map((line, i) => text(LEFT, 235 + i * 27, 24, line)),
    rule(440),
    text(LEFT, 455, 24, "TO"),
    ...to.map((line, i) => text(LEFT, 490 + i * 42, 38, line)),
    rule(800),
    barcode(sscc),
    text(LEFT, 1_100, 32, ssccText),
    text(LEFT, 1_142, 20, reference),
    text(LEFT, 1_172, 24, notice),
    "^XZ",
    "",
  ].join("\n");
}

/** Font 0, which can be scaled; `^FB` cuts off what is too wide. */
const text = (x: number, y: number, height: number, words: string): string =>
  `^FO${x},${y}^A0N,${height},${height}^FB${WIDTH - x - LEFT},1,0,L^FH_^FD${field(words)}^FS`;

const rule = (y: number): string => `^FO${LEFT},${y}^GB${WIDTH - 2 * LEFT},3,3^FS`;

/**
 * Code 128 with FNC1 first, so that it is GS1-128. Mode N: `>;` begins subset C, `>8` is FNC1, and the printer computes the
 * symbol's own check character.
 */
const barcode = (sscc: string): string => {
  const modules = 11 * 13 + 13;
  const x = Math.floor((WIDTH - modules * MODULE) / 2);
  return `^FO${x},830^BY${MODULE},3,250^BCN,250,N,N,N,N^FD>;>800${sscc}^FS`;
};

/** Printable ASCII without `^`, `~`, `_`, `\` and `>` stands as it is. */
const field = (words: string): string =>
  Array.from(words, (character) =>
    /^[ -}]$/.test(character) && !/[\^_\\>]/.test(character) ? character : hex(character),
  ).join("");

const hex = (character: string): string =>
  [...new TextEncoder().encode(character)]
    .map((byte) => `_${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");

/** Labels of the sandbox as they come out of a printer: the barcode, the size, and addresses of many countries. */
import { describe, expect, it } from "vitest";
import { createSandbox } from "../../../src/shipping/carriers/sandbox/adapter";
import type { Address } from "../../../src/kernel/address";
import type { Label } from "../../../src/shipping/domain/label";
import { isSscc } from "../../../src/shipping/domain/sscc";
import { aLabel } from "../../support/a-label";
import { anAddress } from "../../support/an-order";
import { barcodeIn, printedPdf, printedZpl } from "./read-labels";

const sandbox = createSandbox({ currency: "EUR", wait: () => Promise.resolve() });

async function print(label: Label, format: "pdf" | "zpl"): Promise<Uint8Array> {
  const printed = await sandbox.document(label, format);
  if (printed.outcome !== "ok") throw new Error(printed.outcome);
  return printed.value;
}
const zplOf = async (label: Label) => new TextDecoder().decode(await print(label, "zpl"));

/** Bought from the sandbox. */
async function bought(to: Partial<Address>, reference = "shp_x.1"): Promise<Label> {
  const label = aLabel();
  const request = { ...label.request, reference, to: { ...anAddress, ...to } };
  const answer = await sandbox.buy({ ...label, request });
  if (answer.outcome !== "ok") throw new Error(answer.outcome);
  return { ...label, ...answer.value, request };
}

const RECIPIENTS: readonly Readonly<{ name: string; to: Partial<Address>; lines: readonly string[] }>[] = [
  {
    name: "Germany, inland",
    to: { name: "Jürgen Groß", line1: "Königsallee 1", city: "Köln", postalCode: "50667", countryCode: "DE" },
    lines: ["Jürgen Groß", "Königsallee 1", "50667 Köln"],
  },
  {
    name: "United States",
    to: { line1: "1 Main Street", city: "Reno", region: "NV", postalCode: "89501", countryCode: "US" },
    lines: ["Ada Lovelace", "1 Main Street", "Reno, NV 89501", "UNITED STATES"],
  },
  {
    name: "United Kingdom",
    to: {},
    lines: ["Ada Lovelace", "12 St James's Square", "London", "SW1Y 4JH", "UNITED KINGDOM"],
  },
  {
    name: "Poland, whose letters the font does not have",
    to: { name: "Żaneta Łuc", line1: "Świętej 5", city: "Łódź", postalCode: "90-001", countryCode: "PL" },
    lines: ["Zaneta Luc", "Swietej 5", "90-001 Lódz", "POLAND"],
  },
  {
    name: "Hungary, where the town comes first",
    to: { name: "Ödön Szűcs", line1: "Fő utca 2", city: "Győr", postalCode: "9021", countryCode: "HU" },
    lines: ["Ödön Szucs", "Gyor", "Fo utca 2", "9021", "HUNGARY"],
  },
];

describe("a label as PDF", () => {
  it.each(RECIPIENTS)(
    "has the address of the destination's format and the barcode: $name",
    async ({ to, lines }) => {
      const label = await bought(to);
      const { picture, inches, text } = await printedPdf(await print(label, "pdf"));
      expect(inches).toEqual([4, 6]);
      expect(
        text
          .split("\n")
          .filter((line) => line !== "")
          .join("\n"),
      ).toContain(lines.join("\n"));
      expect(barcodeIn(picture)).toBe(`]C100${label.trackingNumber!}`);
    },
  );

  it("has the same bytes whenever it is printed", async () => {
    const label = await bought({});
    expect(await print(label, "pdf")).toEqual(await print(label, "pdf"));
  });

  it("prints an address of very long lines and line breaks within its page", async () => {
    const label = await bought({
      name: "A".repeat(200),
      company: "B\nC\tD",
      line1: "E".repeat(200),
      line2: "F",
    });
    const { picture } = await printedPdf(await print(label, "pdf"));
    expect(barcodeIn(picture)).toBe(`]C100${label.trackingNumber!}`);
  });
});

describe("a label as ZPL", () => {
  it.each(RECIPIENTS)("has the barcode: $name", async ({ to }) => {
    const label = await bought(to);
    expect(barcodeIn(await printedZpl(await zplOf(label)))).toBe(`]C100${label.trackingNumber!}`);
  });

  it("prints the same bars as the PDF, at least half a millimetre wide", async () => {
    const zpl = await zplOf(await bought({}));
    const [, dots] = /\^BY(\d+)/.exec(zpl)!;
    expect(Number(dots) / 8).toBeGreaterThanOrEqual(0.495);
  });

  it("cannot be ended or extended by an address", async () => {
    const label = await bought({ name: "^XZ^XA~JA", line1: "\\&_5E >;" });
    const zpl = await zplOf(label);
    expect(zpl.match(/\^XA/g)).toHaveLength(1);
    expect(zpl.match(/\^XZ/g)).toHaveLength(1);
    expect(zpl).not.toContain("~");
    expect(zpl).toContain("^FD_5EXZ_5EXA_7EJA^FS");
    expect(barcodeIn(await printedZpl(zpl))).toBe(`]C100${label.trackingNumber!}`);
  });

  it("writes letters beyond ASCII as their UTF-8 bytes", async () => {
    expect(await zplOf(await bought({ city: "Köln" }))).toContain("K_C3_B6ln");
  });
});

describe("the SSCC", () => {
  it("is right and different for each label", async () => {
    const labels = await Promise.all(Array.from({ length: 500 }, (_, i) => bought({}, `shp_${i}.1`)));
    const numbers = labels.map(({ trackingNumber }) => trackingNumber!);
    expect(numbers.every(isSscc)).toBe(true);
    expect(new Set(numbers).size).toBe(500);
  });
});

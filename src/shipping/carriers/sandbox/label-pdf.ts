/** The label as PDF, 4 × 6 inches, with the standard fonts, so that nothing is embedded. */
import { PDFDocument, rgb, StandardFonts, type PDFFont, type PDFPage } from "@cantoo/pdf-lib";
import { ssccBarcode } from "./barcode";
import type { LabelContent } from "./label-content";

/** Points: 72 an inch. */
const WIDTH = 4 * 72;
const HEIGHT = 6 * 72;
const MARGIN = 14;
const BLACK = rgb(0, 0, 0);
/** GS1 wants at least 0.495 mm for logistics labels (5.12.3.4), 1.403 points. */
const MODULE = 1.5;
const BAR_HEIGHT = 92;

export async function labelPdf(content: LabelContent): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.setTitle(`Label ${content.sscc}`);
  // The same label has the same bytes whenever it is printed.
  const fixed = new Date(0);
  document.setCreationDate(fixed);
  document.setModificationDate(fixed);
  const page = document.addPage([WIDTH, HEIGHT]);
  const plain = await document.embedFont(StandardFonts.Helvetica);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  const write = writerOn(page);
  const rule = (y: number) =>
    page.drawLine({ start: { x: MARGIN, y }, end: { x: WIDTH - MARGIN, y }, thickness: 1, color: BLACK });

  write(content.mark, { font: bold, size: 48, x: MARGIN, y: HEIGHT - 56, width: 60 });
  write(content.service, { font: bold, size: 15, x: 84, y: HEIGHT - 34, width: WIDTH - 84 - MARGIN });
  write(content.weight, { font: plain, size: 11, x: 84, y: HEIGHT - 52, width: WIDTH - 84 - MARGIN });
  rule(HEIGHT - 66);
  write("FROM", { font: bold, size: 7, x: MARGIN, y: HEIGHT - 76, width: 60 });
  for (const [i, line] of content.from.entries())
    write(line, { font: plain, size: 8, x: MARGIN, y: HEIGHT - 86 - i * 9.5, width: WIDTH - 2 * MARGIN });
  rule(HEIGHT - 156);
  write("TO", { font: bold, size: 8, x: MARGIN, y: HEIGHT - 168, width: 60 });
  for (const [i, line] of content.to.entries())
    write(line, { font: bold, size: 13, x: MARGIN, y: HEIGHT - 184 - i * 14.5, width: WIDTH - 2 * MARGIN });
  rule(HEIGHT - 286);
  drawBarcode(page, content.sscc);
  write(content.ssccText, { font: plain, size: 11, x: MARGIN, y: 38, width: WIDTH - 2 * MARGIN });
  write(content.reference, { font: plain, size: 7, x: MARGIN, y: 24, width: WIDTH - 2 * MARGIN });
  write(content.notice, { font: bold, size: 8, x: MARGIN, y: 12, width: WIDTH - 2 * MARGIN });
  return document.save();
}

type Place = Readonly<{ font: PDFFont; size: number; x: number; y: number; width: number }>;

/** A line that is too wide is printed smaller. */
const writerOn =
  (page: PDFPage) =>
  (text: string, { font, size, x, y, width }: Place): void => {
    const wide = font.widthOfTextAtSize(text, size);
    page.drawText(text, { font, x, y, color: BLACK, size: wide > width ? (size * width) / wide : size });
  };

function drawBarcode(page: PDFPage, sscc: string): void {
  const { bars, modules } = ssccBarcode(sscc);
  const left = (WIDTH - modules * MODULE) / 2;
  for (const { left: at, width } of bars)
    page.drawRectangle({
      x: left + at * MODULE,
      y: 50,
      width: width * MODULE,
      height: BAR_HEIGHT,
      color: BLACK,
    });
}

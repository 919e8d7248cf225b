/**
 * Reads the barcodes of printed labels with decoders that share no code with what prints them: pdf.js and a Zebra
 * emulator make the picture, ZXing reads it.
 */
import { createCanvas, loadImage } from "@napi-rs/canvas";
import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  MultiFormatReader,
  RGBLuminanceSource,
} from "@zxing/library";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { ready } from "zpl-renderer-js";

/** 8 dots a millimetre, as a label printer has. */
const DOTS_A_MM = 8;
const DOTS_AN_INCH = 203.2;

export type Picture = Readonly<{ width: number; height: number; rgba: Uint8ClampedArray }>;

/** The only page of the PDF, as a printer of 203 dots an inch prints it; its size in inches, and its text. */
export async function printedPdf(
  bytes: Uint8Array,
): Promise<Readonly<{ picture: Picture; inches: readonly [number, number]; text: string }>> {
  const document = await getDocument({ data: bytes.slice(), useSystemFonts: false, verbosity: 0 }).promise;
  if (document.numPages !== 1) throw new Error(`${document.numPages} pages`);
  const page = await document.getPage(1);
  const [, , width, height] = page.view;
  const viewport = page.getViewport({ scale: DOTS_AN_INCH / 72 });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const context = canvas.getContext("2d");
  await page.render({ canvas: canvas as never, canvasContext: context as never, viewport }).promise;
  const { items } = await page.getTextContent();
  const text = items.map((item) => ("str" in item ? item.str : "")).join("\n");
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return {
    picture: { width: canvas.width, height: canvas.height, rgba: data },
    inches: [(width ?? 0) / 72, (height ?? 0) / 72],
    text,
  };
}

/** The label as a Zebra printer prints it. */
export async function printedZpl(zpl: string): Promise<Picture> {
  const { api } = await ready;
  const png = await api.zplToBase64Async(zpl, 101.6, 152.4, DOTS_A_MM);
  const image = await loadImage(Buffer.from(png, "base64"));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, image.width, image.height);
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { width: image.width, height: image.height, rgba: data };
}

/** The text of the picture's Code 128 barcode. With GS1 assumed, FNC1 at the start is read as `]C1`. */
export function barcodeIn({ width, height, rgba }: Picture): string {
  const grey = new Uint8ClampedArray(width * height);
  for (let i = 0; i < grey.length; i += 1)
    grey[i] = Math.round((rgba[i * 4]! + rgba[i * 4 + 1]! + rgba[i * 4 + 2]!) / 3);
  const reader = new MultiFormatReader();
  reader.setHints(
    new Map<DecodeHintType, unknown>([
      [DecodeHintType.POSSIBLE_FORMATS, [BarcodeFormat.CODE_128]],
      [DecodeHintType.ASSUME_GS1, true],
      [DecodeHintType.TRY_HARDER, true],
    ]),
  );
  const source = new RGBLuminanceSource(grey, width, height);
  return reader.decodeWithState(new BinaryBitmap(new HybridBinarizer(source))).getText();
}

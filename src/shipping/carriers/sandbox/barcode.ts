/** The bars of a GS1-128 barcode with an SSCC, in modules. bwip-js encodes it and checks the check digit. */
import { gs1_128, type DrawingContext } from "bwip-js/generic";

/** From `left`, `width` modules wide. */
export type Bar = Readonly<{ left: number; width: number }>;
export type Barcode = Readonly<{ bars: readonly Bar[]; modules: number }>;

/** @throws if the SSCC's check digit is wrong. */
export function ssccBarcode(sscc: string): Barcode {
  return gs1_128(
    { bcid: "gs1-128", text: `(00)${sscc}`, scaleX: 1, scaleY: 1, height: 1, includetext: false },
    recordBars(),
  );
}

/** Records the bars instead of drawing them. A line stands at the middle of its bar, rounded up. */
function recordBars(): DrawingContext<Barcode> {
  const bars: Bar[] = [];
  let modules = 0;
  const nothing = () => undefined;
  return {
    init: (width) => {
      modules = width;
    },
    line: (x, _y0, _x1, _y1, width) => {
      bars.push({ left: x - Math.ceil(width / 2), width });
    },
    scale: () => [1, 1],
    measure: () => ({ width: 0, ascent: 0, descent: 0 }),
    polygon: nothing,
    hexagon: nothing,
    ellipse: nothing,
    fill: nothing,
    text: nothing,
    end: () => ({ bars, modules }),
  };
}

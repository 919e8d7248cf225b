/** The demo retailer's 200 SKUs. Weights are in grams, sizes in millimetres, costs and prices in US cents. */
export type Product = Readonly<{
  sku: string;
  title: string;
  weightGrams: number;
  lengthMm: number;
  widthMm: number;
  heightMm: number;
  unitCostMinor: number;
  priceMinor: number;
  taxCategory: string;
  policy: "deny" | "backorder" | "preorder";
}>;

type Family = readonly [
  code: string,
  title: string,
  grams: number,
  size: readonly [number, number, number],
  cost: number,
  price: number,
  variants: string,
];

/** Variants are `CODE name`, with commas between. */
const GLAZES = "BLU blue, GRN green, SND sand, BLK black";
const CLOTH = "WHT white, GRY grey, NVY navy, RST rust";
const SIZES = "S small, M medium, L large, XL extra large";
const METALS = "STL steel, BRS brass, BLK black";

const FAMILIES: readonly Family[] = [
  ["MUG", "Stoneware mug", 380, [120, 90, 100], 420, 1600, GLAZES],
  ["BOWL", "Stoneware bowl", 540, [170, 170, 80], 560, 2200, GLAZES],
  ["PLATE", "Dinner plate", 720, [270, 270, 30], 640, 2400, GLAZES],
  ["JUG", "Water jug, 1 l", 980, [160, 120, 240], 1150, 3900, GLAZES],
  ["TEAPOT", "Teapot, 0.9 l", 1100, [230, 150, 160], 1480, 5400, GLAZES],
  ["TUMBLER", "Recycled glass tumbler", 260, [80, 80, 110], 210, 900, "CLR clear, AMB amber, GRN green"],
  ["CARAFE", "Glass carafe", 760, [110, 110, 280], 780, 3200, "CLR clear, AMB amber"],
  ["KNIFE", "Kitchen knife", 190, [330, 50, 25], 1900, 6900, "10 10 cm, 15 15 cm, 20 20 cm"],
  ["BOARD", "Oak chopping board", 1400, [380, 250, 25], 1350, 4500, "S small, M medium, L large"],
  ["PAN", "Iron frying pan", 2100, [420, 260, 60], 1820, 5900, "20 20 cm, 24 24 cm, 28 28 cm"],
  ["POT", "Enamel pot", 1900, [300, 240, 160], 1650, 5600, "WHT white, RED red, GRN green"],
  ["TOWEL", "Linen tea towel", 130, [240, 180, 15], 310, 1400, CLOTH],
  ["APRON", "Canvas apron", 320, [300, 240, 25], 980, 3900, CLOTH],
  ["NAPKIN", "Linen napkins, four", 240, [200, 200, 30], 820, 3200, CLOTH],
  ["BATH", "Bath towel", 650, [350, 250, 90], 1120, 3800, CLOTH],
  ["ROBE", "Waffle bathrobe", 1150, [400, 300, 120], 2600, 8900, SIZES],
  ["SOAP", "Bar soap", 120, [80, 55, 30], 140, 650, "LAV lavender, CED cedar, ORG orange, PLN plain"],
  ["CANDLE", "Beeswax candle", 310, [80, 80, 100], 520, 2100, "S small, M medium, L large"],
  ["BLANKET", "Wool blanket", 1600, [450, 350, 110], 3900, 12900, CLOTH],
  ["CUSHION", "Cushion cover", 280, [300, 300, 20], 760, 2900, CLOTH],
  ["SHEET", "Percale sheet set", 1450, [380, 300, 80], 3100, 9900, "TW twin, FU full, QU queen, KI king"],
  ["LAMP", "Desk lamp", 1750, [450, 200, 180], 2900, 8900, METALS],
  ["CLOCK", "Wall clock", 890, [300, 300, 50], 1400, 4800, METALS],
  ["HOOK", "Coat hooks, three", 260, [160, 90, 50], 360, 1600, METALS],
  ["SHELF", "Wall shelf", 3200, [820, 220, 60], 2200, 6900, "OAK oak, WAL walnut, WHT white"],
  ["NOTE", "Notebook, dotted", 310, [215, 150, 18], 330, 1500, "BLK black, RED red, GRN green, BLU blue"],
  ["PEN", "Fountain pen", 60, [180, 60, 30], 1250, 4400, "F fine, M medium, B broad"],
  ["INK", "Bottled ink, 30 ml", 140, [60, 60, 70], 290, 1200, "BLK black, BLU blue, GRN green, RED red"],
  ["PAD", "Wool desk pad", 420, [620, 90, 90], 1050, 3900, "GRY grey, GRN green, NVY navy"],
  ["TRAY", "Desk tray", 540, [330, 250, 60], 720, 2800, "OAK oak, WAL walnut, BLK black"],
  ["BAG", "Canvas tote", 290, [380, 300, 30], 480, 2200, CLOTH],
  ["PACK", "Day pack, 20 l", 860, [480, 300, 120], 3300, 11900, "BLK black, GRN green, RST rust"],
  [
    "BOTTLE",
    "Insulated bottle, 0.5 l",
    340,
    [75, 75, 260],
    880,
    3200,
    "STL steel, BLK black, GRN green, SND sand",
  ],
  ["SOCK", "Merino socks", 90, [200, 90, 40], 460, 1900, SIZES],
  ["TEE", "Merino T-shirt", 170, [280, 220, 25], 1900, 6500, SIZES],
  ["HOOD", "Fleece hoodie", 620, [350, 300, 90], 2700, 8900, SIZES],
  ["RAIN", "Rain jacket", 480, [320, 260, 70], 4600, 15900, SIZES],
  ["CAP", "Wool cap", 110, [200, 180, 60], 640, 2600, "GRY grey, NVY navy, RST rust"],
  ["GLOVE", "Touchscreen gloves", 95, [230, 110, 30], 590, 2400, "S small, M medium, L large"],
  ["LANTERN", "Camp lantern", 410, [110, 110, 190], 1450, 4900, "BLK black, SND sand"],
  ["STOVE", "Folding stove", 360, [110, 90, 90], 1650, 5400, "STL steel"],
  ["MAT", "Sleeping mat", 540, [560, 140, 140], 2400, 7900, "REG regular, LNG long"],
  ["TENT", "Two-person tent", 2350, [480, 180, 180], 9800, 32900, "GRN green, SND sand"],
  ["ROPE", "Accessory cord, 10 m", 210, [150, 120, 60], 380, 1500, "RED red, BLU blue, GRN green"],
  ["FLASK", "Hip flask", 150, [130, 95, 25], 620, 2600, "STL steel, BLK black"],
  ["KIT", "Repair kit", 180, [150, 100, 40], 540, 2200, "BAG bags, CLO clothes, TNT tents"],
  [
    "MAP",
    "Trail map",
    80,
    [220, 110, 10],
    160,
    1200,
    "ALP Alps, SIE Sierra, APP Appalachians, HIG Highlands",
  ],
  ["KETTLE", "Pour-over kettle", 890, [280, 150, 190], 2300, 7400, METALS],
  ["GRINDER", "Hand coffee grinder", 620, [180, 70, 70], 2850, 8900, "STL steel"],
  ["DRIPPER", "Coffee dripper", 330, [130, 110, 100], 540, 2200, GLAZES],
  ["BEANS", "Coffee beans, 500 g", 510, [220, 110, 70], 680, 1900, "HSE house, DRK dark, DEC decaf"],
  ["TEA", "Loose tea, 100 g", 130, [110, 80, 80], 290, 1300, "BLK black, GRN green, MNT mint, OOL oolong"],
  ["HONEY", "Wildflower honey", 460, [75, 75, 100], 390, 1400, "350 350 g, 900 900 g"],
  ["SALT", "Flaked sea salt", 270, [90, 60, 110], 180, 800, "PLN plain, SMK smoked, CHI chilli"],
  ["OIL", "Olive oil, 0.5 l", 880, [70, 70, 270], 720, 2400, "MLD mild, FRU fruity, GAR garlic"],
  ["BASKET", "Willow basket", 950, [420, 320, 260], 1300, 4600, "S small, M medium, L large"],
  ["BROOM", "Hand broom and pan", 520, [320, 230, 90], 690, 2700, "BCH beech, WAL walnut"],
  ["VASE", "Bud vase", 290, [80, 80, 150], 380, 1700, GLAZES],
  ["FRAME", "Picture frame", 480, [320, 240, 25], 610, 2500, "OAK oak, WAL walnut, BLK black"],
  ["PLANTER", "Planter", 1250, [200, 200, 190], 890, 3400, GLAZES],
];

/** What the storefronts' own sample orders mention, so that they find stock. */
const SAMPLES: readonly Family[] = [
  ["IPOD2008", "IPod Nano, 8 GB", 200, [90, 40, 10], 9900, 19900, "GREEN green, RED red, BLACK black"],
  ["Bar3", "Ship Your Idea", 180, [280, 220, 20], 500, 1200, "Bar3 black"],
];

/** Not to be had yet, and taken all the same: sold out with more to come, or not out yet. */
const BACKORDERED = new Set(["LAMP-BRS", "BLANKET-RST", "KETTLE-BRS"]);
const PREORDERED = new Set(["TENT-SND", "GRINDER-STL"]);
const TAXED_AS: Readonly<Record<string, string>> = {
  BEANS: "food",
  TEA: "food",
  HONEY: "food",
  SALT: "food",
  OIL: "food",
  SOCK: "clothing",
  TEE: "clothing",
  HOOD: "clothing",
  RAIN: "clothing",
};

export const CATALOGUE: readonly Product[] = [
  ...FAMILIES.flatMap(productsOf),
  ...SAMPLES.flatMap(productsOf),
];

function productsOf([
  code,
  title,
  weightGrams,
  size,
  unitCostMinor,
  priceMinor,
  variants,
]: Family): Product[] {
  const [lengthMm, widthMm, heightMm] = size;
  return variants.split(", ").map((variant) => {
    const [variantCode = "", ...name] = variant.split(" ");
    const sku = skuOf(code, variantCode);
    return {
      sku,
      title: `${title}, ${name.join(" ")}`,
      weightGrams,
      lengthMm,
      widthMm,
      heightMm,
      unitCostMinor,
      priceMinor,
      taxCategory: TAXED_AS[code] ?? "general",
      policy: PREORDERED.has(sku) ? "preorder" : BACKORDERED.has(sku) ? "backorder" : "deny",
    };
  });
}

/** The sample orders write their codes without a hyphen. */
function skuOf(code: string, variant: string): string {
  if (code === variant) return code;
  return code === "IPOD2008" ? `${code}${variant}` : `${code}-${variant}`;
}

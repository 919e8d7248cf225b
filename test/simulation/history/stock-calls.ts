/** The calls of a SKU's stock and their replies, in the form that the stock model uses. */

export type Where = "east" | "west" | "far";
export const EVERYWHERE: readonly Where[] = ["east", "west", "far"];
export const UNIT_COST = 250;

/** The calls. A holder `line_…` is an order's line, `res_…` a reservation. */
export type StockCall =
  | Readonly<{
      type: "allocate";
      holder: string;
      quantity: number;
      locations: readonly Where[];
      shortage: "refuse" | "backorder";
      fill: "partial" | "whole";
      placedAt: number;
      takesOver: readonly string[];
    }>
  | Readonly<{ type: "move"; holder: string; to: Where }>
  | Readonly<{ type: "void" | "expire" | "confirm"; holder: string }>
  | Readonly<{
      type: "ship" | "release" | "reject" | "restock";
      ref: string;
      holder: string;
      where: Where;
      quantity: number;
      /** What a location that rejects found. */
      found?: "out_of_stock" | "damaged" | null;
      at: number;
    }>
  | Readonly<{
      /** The order has moved the units in its plan. */
      type: "replan";
      ref: string;
      holder: string;
      from: Where;
      /** Null: they become backordered. */
      to: Where | null;
      quantity: number;
      keep: number;
      locations: readonly Where[];
      at: number;
    }>
  | Readonly<{ type: "releaseBackordered"; ref: string; holder: string; quantity: number; at: number }>
  | Readonly<{ type: "receive" | "adjust" | "count"; ref: string; where: Where; quantity: number }>
  | Readonly<{ type: "setSafetyStock"; where: Where; quantity: number }>
  | Readonly<{ type: "read" }>;

export type Units = Record<Where, number>;
export type StockReply =
  | "done"
  | Readonly<{ refused: string }>
  | Readonly<{ allocated: Units; backordered: number; free: Partial<Units>; repeated: boolean }>
  | Readonly<{ onHand: Units; allocated: Units; available: Units; backordered: number; value: number }>;

/** How many units of a storefront's line its refunds and fulfillments list. */
import type { NewFulfillment, NewRefundLine } from "./new-order";
import type { Order } from "./order";

type Listed = Readonly<{ externalLineId: string; quantity: number }>;

/** The ids of the storefront's lines that the refunds list. */
export const refundedLines = ({ refunds }: Pick<Order, "refunds">): string[] => [
  ...new Set(refunds.flatMap(({ lines }) => lines.map(({ externalLineId }) => externalLineId))),
];

/** Units of the line in all refunds. */
export const refundedUnits = (
  refunds: readonly Readonly<{ lines: readonly Pick<NewRefundLine, "externalLineId" | "quantity">[] }>[],
  externalLineId: string,
): number => unitsIn(refunds, externalLineId);

/** Units of the line in all fulfillments. */
export const fulfilledUnits = (
  fulfilled: readonly Pick<NewFulfillment, "lines">[],
  externalLineId: string,
): number => unitsIn(fulfilled, externalLineId);

const unitsIn = (parts: readonly Readonly<{ lines: readonly Listed[] }>[], externalLineId: string): number =>
  parts
    .flatMap(({ lines }) => lines)
    .filter((line) => line.externalLineId === externalLineId)
    .reduce((sum, { quantity }) => sum + quantity, 0);

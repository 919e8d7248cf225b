/** Events of the order as a whole: its creation, holds, contact, lines, and what the storefront sent. */
import type { LineId } from "../../../kernel/ids";
import type { QuoteFault } from "../../../promises/domain/quote-id";
import type { SourcingDecision } from "../../../sourcing/domain/decision";
import type { PlannedFulfillment } from "../fulfillments/fulfillment";
import type { Amounts } from "../amounts";
import type { Hold, HoldCode } from "../holds/hold";
import type { NewOrder } from "../new-order";
import type { OrderDetails } from "../order";
import type { OrderLine } from "../order-line";

export type DetailEvent =
  | Readonly<{
      type: "order.placed";
      channelId: string;
      externalId: string;
      number: string;
      currency: string;
      totalMinor: number;
      lines: readonly OrderLine[];
      fulfillments: readonly PlannedFulfillment[];
      holds: readonly Hold[];
    }>
  /**
   * It was placed on a quote: named by its id, or else found by its channel, destination and goods. `quotedOn`: the day by
   * which all of it was to arrive; later days are late in sourcing. Null if the quote does not count: `fault` is why.
   */
  | Readonly<{
      type: "order.quoted";
      quoteId: string | null;
      quotedOn: string | null;
      fault: QuoteFault | null;
    }>
  /** Where its units ship from and why; again for units that were added or assigned a SKU. */
  | Readonly<{ type: "order.sourced"; decision: SourcingDecision }>
  | Readonly<{ type: "order.held"; hold: Hold }>
  /** `resolved`: the reason is gone, and may come again. Otherwise the same reason does not hold the order again. */
  | Readonly<{ type: "order.hold_released"; code: HoldCode; by: string; resolved?: true; reason?: string }>
  | Readonly<{ type: "order.note_added"; text: string; by: string }>
  /** Only the details that changed. */
  | Readonly<{ type: "order.details_changed"; details: Partial<OrderDetails> }>
  /** Prices, discounts, taxes, titles, or the shipping charge. The amounts of a line are those of all its units. */
  | Readonly<{
      type: "order.repriced";
      lines: readonly (Pick<OrderLine, "id" | "title" | "unitPriceMinor"> & Amounts)[];
      shipping: Amounts;
      roundingMinor: number;
      totalMinor: number;
      taxIncluded: boolean;
    }>
  /**
   * The storefront's last state has changes that released fulfillments keep from being applied. They are applied when
   * their units come back. Null: none is left.
   */
  | Readonly<{ type: "order.difference_kept"; state: NewOrder | null }>
  /** A newer state of the storefront was applied, whether or not it changed anything else. */
  | Readonly<{ type: "order.storefront_seen"; storefrontUpdatedAt: number }>
  | Readonly<{
      type: "order.lines_added";
      lines: readonly OrderLine[];
      fulfillments: readonly PlannedFulfillment[];
      totalMinor: number;
    }>
  | Readonly<{ type: "line.sku_assigned"; lineId: LineId; sku: string }>
  /** The customer's data was erased from the order and from its history before. */
  | Readonly<{ type: "order.personal_data_erased"; at: number; by: string }>
  /** Staff decided that nothing ships for the line. */
  | Readonly<{ type: "line.needs_no_shipping"; lineId: LineId; by: string }>;

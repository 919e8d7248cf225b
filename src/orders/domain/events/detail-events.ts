/** Events of the order as a whole: its creation, holds, contact, lines, and what the storefront sent. */
import type { Address } from "../../../kernel/address";
import type { LineId } from "../../../kernel/ids";
import type { SourcingDecision } from "../../../sourcing/domain/decision";
import type { PlannedFulfillment } from "../fulfillments/fulfillment";
import type { Hold, HoldCode } from "../holds/hold";
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
  /** Where its units ship from and why; again for units that were added or assigned a SKU. */
  | Readonly<{ type: "order.sourced"; decision: SourcingDecision }>
  | Readonly<{ type: "order.held"; hold: Hold }>
  /** `resolved`: the reason is gone, and may come again. Otherwise the same reason does not hold the order again. */
  | Readonly<{ type: "order.hold_released"; code: HoldCode; by: string; resolved?: true }>
  | Readonly<{ type: "order.note_added"; text: string; by: string }>
  | Readonly<{
      type: "order.contact_changed";
      email: string | null;
      phone: string | null;
      customerName: string | null;
      shippingAddress: Address | null;
    }>
  /** A newer state of the storefront was applied, whether or not it changed anything else. */
  | Readonly<{ type: "order.storefront_seen"; storefrontUpdatedAt: number }>
  | Readonly<{
      type: "order.lines_added";
      lines: readonly OrderLine[];
      fulfillments: readonly PlannedFulfillment[];
      totalMinor: number;
    }>
  | Readonly<{ type: "line.sku_assigned"; lineId: LineId; sku: string }>;

/**
 * The statuses of a BigCommerce order (`status_id`). A shop may rename them; the numbers stay.
 * https://docs.bigcommerce.com/docs/rest-management/orders/order-status, as of November 2026.
 */
export const STATUS = {
  incomplete: 0,
  pending: 1,
  shipped: 2,
  partiallyShipped: 3,
  refunded: 4,
  cancelled: 5,
  declined: 6,
  awaitingPayment: 7,
  awaitingPickup: 8,
  awaitingShipment: 9,
  completed: 10,
  awaitingFulfillment: 11,
  manualVerificationRequired: 12,
  disputed: 13,
  partiallyRefunded: 14,
} as const;

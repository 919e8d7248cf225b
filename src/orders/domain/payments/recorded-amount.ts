/** What an order has recorded so far under an external id of a payment or refund. */
export const recordedAmount = (
  recorded: readonly Readonly<{ externalId: string; amountMinor: number }>[],
  externalId: string,
): number =>
  recorded
    .filter((each) => each.externalId === externalId)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);

/** Addresses that mail may be sent to. */

/**
 * A single mailbox. Text from storefronts and callers may contain a second address, a name or a line break, which the
 * provider might read as more recipients or as headers.
 */
const MAILBOX = /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[^\s\p{Cc}@<>()[\]\\,;:"]+$/u;

export const isUsableAddress = (address: string): boolean => MAILBOX.test(address);

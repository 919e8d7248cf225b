/**
 * The Serial Shipping Container Code, GS1 General Specifications 2.2.1: an extension digit, a company prefix, a serial number and a
 * check digit, 18 digits in all.
 */

/** The check digit of the digits before it: weights 3 and 1 from the right, to the next multiple of ten (GS1 7.9). */
export function gs1CheckDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const weight = (digits.length - i) % 2 === 1 ? 3 : 1;
    sum += Number(digits[i]) * weight;
  }
  return (10 - (sum % 10)) % 10;
}

/** @throws {RangeError} if they are not 17 digits. */
export function sscc(digits17: string): string {
  if (!/^\d{17}$/.test(digits17)) throw new RangeError("an SSCC has 17 digits before its check digit");
  return `${digits17}${gs1CheckDigit(digits17)}`;
}

/** Whether it has 18 digits, the last of which is right. */
export const isSscc = (text: string): boolean =>
  /^\d{18}$/.test(text) && gs1CheckDigit(text.slice(0, 17)) === Number(text[17]);

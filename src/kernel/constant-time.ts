/** Comparing secrets. */

/**
 * Whether the texts are equal. The time taken does not depend on where they differ, so that a caller cannot find a
 * signature one character at a time. It may show whether they have the same length, which is not secret.
 */
export function isEqualInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** What of a caller's input does not fit what we know, field by field. */

/** `path`: where in the body, such as `lines.0.sku`. */
export type FieldError = Readonly<{ path: string; message: string }>;

/** Well-formed input that names something there is not. */
export type InvalidRequest = Readonly<{ code: "invalid_request"; errors: readonly FieldError[] }>;

export const invalidRequest = (errors: readonly FieldError[]): InvalidRequest => ({
  code: "invalid_request",
  errors,
});

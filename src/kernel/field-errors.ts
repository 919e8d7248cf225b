/** Errors in the fields of a caller's input. */

/** `path` is the field in the body, such as `lines.0.sku`. */
export type FieldError = Readonly<{ path: string; message: string }>;

/** Well-formed input with fields that are not acceptable, such as a SKU that does not exist. */
export type InvalidRequest = Readonly<{ code: "invalid_request"; errors: readonly FieldError[] }>;

export const invalidRequest = (errors: readonly FieldError[]): InvalidRequest => ({
  code: "invalid_request",
  errors,
});

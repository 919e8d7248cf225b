/**
 * Every way a request can be refused: one line for each code. The code is what callers may rely on; status
 * and title follow from it. A rejection whose code is not here does not compile.
 */
export const PROBLEMS = {
  // The request itself
  malformed_request: { status: 400, title: "The body cannot be read" },
  unauthorized: { status: 401, title: "A valid API key is needed" },
  invalid_signature: { status: 401, title: "The signature is not valid" },
  forbidden: { status: 403, title: "The API key may not do this" },
  not_found: { status: 404, title: "There is no such thing" },
  method_not_allowed: { status: 405, title: "The method is not allowed here" },
  request_in_progress: { status: 409, title: "A request with this Idempotency-Key is under way" },
  payload_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body must be JSON" },
  invalid_request: { status: 422, title: "The request is not valid" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key was used for another request" },
  rate_limited: { status: 429, title: "Too many requests" },
  simulations_running: { status: 429, title: "So many simulations are running that this one must wait" },
  internal_error: { status: 500, title: "Something went wrong on our side" },
  database_unavailable: { status: 503, title: "The database does not answer" },
  // Stock
  unknown_sku: { status: 404, title: "There is no such SKU" },
  insufficient_stock: { status: 409, title: "There is not enough stock" },
  below_zero: { status: 409, title: "Less is on hand than would be taken away" },
  location_not_vendor: { status: 409, title: "The location keeps no vendor's stock" },
  ref_reused: { status: 409, title: "The reference was used for another movement" },
  quantity_invalid: { status: 422, title: "The quantity is not possible" },
  // Orders
  version_conflict: { status: 409, title: "The order was changed at the same time" },
  nothing_to_cancel: { status: 409, title: "Nothing of it is open any more" },
  quantity_not_open: { status: 409, title: "Fewer units are open than asked for" },
  line_unknown: { status: 404, title: "The order has no such line" },
  no_location: { status: 409, title: "No location may send it" },
  line_already_sourced: { status: 409, title: "The line has its stock already" },
  order_finished: { status: 409, title: "The order is closed or cancelled" },
  order_on_hold: { status: 409, title: "The order is on hold" },
  hold_unknown: { status: 404, title: "The order has no such hold" },
  hold_unresolved: { status: 409, title: "What the hold stands for is not settled" },
  // Fulfillments
  fulfillment_unknown: { status: 404, title: "The order has no such fulfillment" },
  fulfillment_not_open: { status: 409, title: "The fulfillment is not there to be sent" },
  fulfillment_not_due: { status: 409, title: "The fulfillment's grace period is not over" },
  fulfillment_moving: { status: 409, title: "The fulfillment's units are being moved to another location" },
  quantity_not_in_fulfillment: { status: 409, title: "The fulfillment has fewer units left" },
  shipment_unknown: { status: 404, title: "The order has no such shipment" },
  delivered_before_shipped: { status: 409, title: "A parcel cannot arrive before it left" },
} as const satisfies Record<string, Readonly<{ status: number; title: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;
export type StatusOf<Code extends ProblemCode> = (typeof PROBLEMS)[Code]["status"];

/**
 * The problems that a request can be answered with. The code is stable for callers; status and title follow from it. A
 * rejection whose code is not listed here does not compile.
 */
export const PROBLEMS = {
  // The request itself
  malformed_request: { status: 400, title: "Malformed request body" },
  unknown_parameter: { status: 400, title: "Unknown query parameter" },
  unauthorized: { status: 401, title: "A valid API key is required" },
  invalid_signature: { status: 401, title: "Invalid signature" },
  forbidden: { status: 403, title: "The API key lacks the required scope" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  request_in_progress: { status: 409, title: "A request with this Idempotency-Key is in progress" },
  answer_not_kept: { status: 409, title: "The request is done, and its answer was too large to be kept" },
  payload_too_large: { status: 413, title: "Request body too large" },
  unsupported_media_type: { status: 415, title: "The request body must be JSON" },
  invalid_request: { status: 422, title: "Invalid request" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key was used for another request" },
  rate_limited: { status: 429, title: "Too many requests" },
  simulations_running: { status: 429, title: "Too many simulations are running" },
  internal_error: { status: 500, title: "Internal error" },
  database_unavailable: { status: 503, title: "The database is unavailable" },
  // Jobs
  job_running: { status: 409, title: "Another run of the job is in progress" },
  bucket_there: { status: 409, title: "The bucket is in that database" },
  bucket_not_moving: { status: 409, title: "The bucket is not being moved" },
  database_unknown: { status: 409, title: "No such orders database is bound" },
  buckets_misplaced: {
    status: 409,
    title: "The map of buckets and the orders databases are of different times",
  },
  finding_decided: { status: 409, title: "The finding is decided" },
  decision_invalid: { status: 409, title: "The finding takes another decision" },
  order_stored: { status: 409, title: "The order has the line" },
  notification_not_held: { status: 409, title: "The notification is not held" },
  run_ended: { status: 409, title: "The run has ended" },
  // Stock
  unknown_sku: { status: 404, title: "Unknown SKU" },
  insufficient_stock: { status: 409, title: "Insufficient stock" },
  below_zero: { status: 409, title: "The movement would leave less than zero units on hand" },
  location_not_vendor: { status: 409, title: "The location does not belong to a vendor" },
  ref_reused: { status: 409, title: "The reference was used for another movement" },
  too_many_locations: { status: 409, title: "The SKU has stock at as many locations as it can" },
  stock_value_too_large: { status: 422, title: "The SKU's stock would be worth more than the books take" },
  quantity_invalid: { status: 422, title: "Invalid quantity" },
  // Books
  day_closed: { status: 409, title: "The day has its final report, and a later day is closed" },
  // Orders
  version_conflict: { status: 409, title: "The order was changed concurrently" },
  nothing_to_cancel: { status: 409, title: "No units are left to cancel" },
  quantity_not_open: { status: 409, title: "Fewer units are open than requested" },
  line_unknown: { status: 404, title: "Unknown order line" },
  no_location: { status: 409, title: "No location may ship the line" },
  line_already_sourced: { status: 409, title: "The line already has a known SKU" },
  line_released: { status: 409, title: "A location is preparing units of the line" },
  refund_unknown: { status: 404, title: "The order has no such refund" },
  refund_itemized: { status: 409, title: "The refund's units are known already" },
  refund_units_unknown: { status: 422, title: "The order does not have the units of the refund" },
  order_finished: { status: 409, title: "The order is closed or cancelled" },
  order_on_hold: { status: 409, title: "The order is on hold" },
  hold_unknown: { status: 404, title: "The order has no such hold" },
  hold_unresolved: { status: 409, title: "The reason for the hold is not resolved" },
  // Fulfillments
  fulfillment_unknown: { status: 404, title: "Unknown fulfillment" },
  fulfillment_not_open: { status: 409, title: "The fulfillment is not open" },
  fulfillment_not_due: { status: 409, title: "The fulfillment's grace period has not ended" },
  fulfillment_moving: { status: 409, title: "Units of the fulfillment are being moved to another location" },
  quantity_not_in_fulfillment: { status: 409, title: "The fulfillment has fewer units left than requested" },
  parcel_reused: { status: 409, title: "The parcel was shipped with other units" },
  shipment_unknown: { status: 404, title: "Unknown shipment" },
  // Labels
  carrier_unknown: { status: 422, title: "No such carrier is configured" },
  label_rejected: { status: 409, title: "The carrier rejects the parcel" },
  no_rates: { status: 409, title: "The carrier offers nothing for the parcel" },
  service_not_offered: { status: 409, title: "The carrier does not offer the service for the parcel" },
  label_not_bought: { status: 409, title: "The parcel has no label that is bought" },
  label_used: { status: 409, title: "The parcel was shipped with the label" },
  label_voiding: { status: 409, title: "The parcel's last label is being voided" },
  label_outdated: { status: 409, title: "The order has another address than the label" },
  void_refused: { status: 409, title: "The carrier does not take the label back" },
  too_many_labels: { status: 409, title: "The parcel had too many labels" },
  carrier_unavailable: { status: 503, title: "The carrier is unavailable" },
  delivered_before_shipped: { status: 409, title: "The delivery is earlier than the shipment" },
} as const satisfies Record<string, Readonly<{ status: number; title: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;
export type StatusOf<Code extends ProblemCode> = (typeof PROBLEMS)[Code]["status"];

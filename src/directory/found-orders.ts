/** Orders as the directory finds them, for modules above. */
export { phoneDigits } from "./domain/words";
export { findOrders } from "./storage/find-orders";

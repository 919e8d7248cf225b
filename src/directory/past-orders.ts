/** Orders of a time, as planning reads them. */
export { ordersPlaced, recentOrders, type PlacedOrder, type RecentOrder } from "./storage/past-orders";

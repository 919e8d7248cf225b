/** What other modules read of the directory's rows. */
export { listedOrdersAfter } from "./storage/listed-versions";

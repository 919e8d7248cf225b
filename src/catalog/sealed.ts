/** Seals texts that the database should not hold in clear text, as other modules use it. */
export { open, seal } from "./storage/secrets";

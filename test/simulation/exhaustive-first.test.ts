import { exhaust } from "./exhaustive";
import { FLOWS } from "./flows";

exhaust(FLOWS.filter((_, i) => i % 2 === 0));

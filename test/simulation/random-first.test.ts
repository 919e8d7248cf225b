import { playRandomDays } from "./random";

playRandomDays({ part: 0, share: 0.2 });

import { playedNearby } from "./nearby";
import { playRandomDays } from "./random";

playRandomDays({ part: 1, share: 0.4 }, playedNearby);

import { playedNearby } from "./nearby";
import { playRandomDays } from "./random";

playRandomDays({ part: 2, share: 0.4 }, playedNearby);

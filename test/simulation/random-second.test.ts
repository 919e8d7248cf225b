import { playRandomDays } from "./random";

playRandomDays(1, 2);

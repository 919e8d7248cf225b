import { playRandomDays } from "./random";

playRandomDays(0, 2);

/** What is left of a world once its faults are over: everything at its end, or waiting for a person, and agreeing. */
import { checkPromises } from "./check-promises";
import { check, checkNight } from "./check-guarantees";
import { platform } from "./platform";
import { read } from "./read-stored-state";
import { MINUTE, type World } from "./world";

const MAX_TURNS = 40;
const DAY = 1_440 * MINUTE;

/** Lets it come to rest, closes the day, and answers every guarantee that does not hold. */
export async function settled(world: World): Promise<string[]> {
  platform().disarm();
  await world.openLocations();
  if (!(await drained(world))) return [`G8 still moving after ${MAX_TURNS} turns`];
  const broken = check(await read(world));
  if (broken.length > 0) return broken;
  world.advance(61 * MINUTE);
  await world.cron("23 * * * *");
  const unkept = checkPromises(await read(world));
  if (unkept.length > 0) return unkept;
  const endedAt = Date.now();
  world.advance(DAY);
  await world.cron("10 1 * * *");
  return checkNight(await read(world), endedAt);
}

/** Faults over, time passing: whether nothing moves any more within so many turns. */
async function drained(world: World): Promise<boolean> {
  let quiet = 0;
  for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
    if (await world.turn()) {
      quiet = 0;
      continue;
    }
    await world.cron("* * * * *");
    quiet = (await world.turn()) ? 0 : quiet + 1;
    if (quiet >= 2 && platform().held.length === 0) return true;
    // Longer than any allocation's life, any retry's pause and any deadline.
    world.advance(20 * MINUTE);
  }
  return false;
}

/** Faults over, time passing: everything reaches its end, or waits for a person, within so many turns. */
import { MINUTE, type World } from "./world";
import { platform } from "./platform";

const MOST_TURNS = 40;

/** Turns it took. @throws when something still moves after the last. */
export async function drain(world: World): Promise<number> {
  platform().disarm();
  let quiet = 0;
  for (let turn = 1; turn <= MOST_TURNS; turn += 1) {
    await world.cron("* * * * *");
    const moved = await world.turn();
    quiet = moved ? 0 : quiet + 1;
    // Longer than any claim's life, any retry's pause and any deadline.
    world.advance(quiet === 0 ? MINUTE : 20 * MINUTE);
    if (quiet === 2) return turn;
  }
  throw new Error(`G8 still moving after ${MOST_TURNS} turns`);
}

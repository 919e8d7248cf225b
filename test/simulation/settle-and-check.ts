/** Ends a world: lets all work finish without faults, closes the day, and checks the guarantees. */
import { checkPromises } from "./check-promises";
import { check, checkNight } from "./check-guarantees";
import { platform } from "./platform";
import { readStoredState } from "./read-stored-state";
import { MINUTE, type World } from "./world";

const MAX_TURNS = 40;
const DAY = 1_440 * MINUTE;

/** Returns every violation of a guarantee; empty if all hold. */
export async function settleAndCheck(world: World): Promise<string[]> {
  platform().disarm();
  await world.reopenLocations();
  if (!(await drain(world))) return [`G8 work is still not finished after ${MAX_TURNS} turns`];
  const violations = [...check(await wholeState(world)), ...(await world.misplacedRows())];
  if (violations.length > 0) return violations;
  world.advance(61 * MINUTE);
  await world.cron("23 * * * *");
  if (!(await drain(world))) return ["G8 the hourly job of promises is not done"];
  const promiseViolations = checkPromises(await wholeState(world));
  if (promiseViolations.length > 0) return promiseViolations;
  const endedAt = Date.now();
  world.advance(DAY);
  // The sweep runs every minute of that day: what was postponed to it is done before its night.
  if (!(await drain(world))) return ["G8 the work of the next day is not done"];
  await world.cron("10 1 * * *");
  if (!(await drain(world))) return ["G8 the jobs of the night are not done"];
  return checkNight(await wholeState(world), endedAt);
}

/** With the orders that were archived. */
async function wholeState(world: World): ReturnType<typeof readStoredState> {
  await world.restoreOrders();
  return readStoredState(world);
}

/** Lets time pass until no work is left. Returns false if some is left after the last turn. */
export async function drain(world: World): Promise<boolean> {
  let quietTurns = 0;
  for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
    if (await world.turn()) {
      quietTurns = 0;
      continue;
    }
    await world.cron("* * * * *");
    quietTurns = (await world.turn()) ? 0 : quietTurns + 1;
    if (quietTurns >= 2 && platform().queued.length === 0 && !(await world.hasRunningMoves())) return true;
    // Longer than any allocation lives, any retry waits and any deadline allows.
    world.advance(20 * MINUTE);
  }
  return false;
}

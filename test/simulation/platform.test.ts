/** The simulated platform behaves like the real one where the simulation depends on it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { SkuInventory } from "../../src/worker";
import type { Fault } from "./faults";
import { newInvocation } from "./invocation";
import { runInvocation } from "./run-invocation";
import { platform } from "./platform";
import { ringAlarms } from "./platform-events";
import { MINUTE, World } from "./world";

const withObject = (world: World, work: (object: SkuInventory) => void): Promise<void> =>
  runInDurableObject(env.SKU_INVENTORY.getByName(world.skus[0]!), work);

it("runs an alarm again that it had to end", async () => {
  const world = await World.open([[2, 0]]);
  world.advance(MINUTE);
  const runs: string[] = [];
  await withObject(world, (object) => {
    object.alarm = () => {
      runs.push("hung");
      platform().hanging = true;
      return new Promise(() => undefined);
    };
  });
  expect(await ringAlarms(world)).toBe(1);
  await withObject(world, (object) => {
    object.alarm = async () => void runs.push("done");
  });
  expect(await ringAlarms(world)).toBe(1);
  expect(runs).toEqual(["hung", "done"]);
  expect(await ringAlarms(world), "nothing is due now").toBe(0);
});

it("sees an alarm that a call has set since it last looked", async () => {
  const world = await World.open([[2, 0]]);
  for (let turn = 0; turn < 10 && (await world.turn()); turn += 1) world.advance(MINUTE);
  expect(await ringAlarms(world)).toBe(0);
  await world.receive(0, 0, 1, "delivery");
  expect(await ringAlarms(world)).toBe(1);
});

it("lets the caller's own timeout end the wait for a call that is never answered", async () => {
  const order = async (faults: readonly Fault[]) => {
    const world = await World.open([[2, 0]]);
    platform().arm(faults);
    return world.callback(world.order([1]), "orders/create");
  };
  // The first order also fills the isolate's caches.
  await order([]);
  expect(await order([])).toMatchObject({ status: 200 });
  const firstWrite = platform().log.findIndex(({ kind, reads }) => kind === "d1" && !reads);
  expect(await order([{ call: firstWrite + 1, fault: "stall" }])).toMatchObject({ status: 202 });
});

it("does not answer calls of an earlier world", async () => {
  await World.open([[2, 0]]);
  const { ORDERS_00 } = platform().env(newInvocation());
  const count = () => ORDERS_00.prepare("SELECT count(*) AS n FROM orders").first("n");
  expect(await count()).toBe(0);
  await World.open([[2, 0]]);
  const answered = count().then(() => "answered");
  expect(await Promise.race([answered, scheduler.wait(500).then(() => "not answered")])).toBe("not answered");
});

it("awaits the waitUntil work of an invocation that failed", async () => {
  await World.open([[2, 0]]);
  const done: string[] = [];
  const failing = runInvocation(async (_, execution) => {
    execution.waitUntil(scheduler.wait(100).then(() => done.push("sent")));
    throw new Error("no answer");
  });
  await expect(failing).rejects.toThrow("no answer");
  expect(done).toEqual(["sent"]);
});

/** What the platform does by itself, where the simulation had to be taught it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { SkuInventory } from "../../src/worker";
import type { Fault } from "./faults";
import { newInvocation } from "./invocation";
import { invoke } from "./run-invocation";
import { platform } from "./platform";
import { ringAlarms } from "./platform-events";
import { MINUTE, World } from "./world";

const withObject = (world: World, work: (object: SkuInventory) => void): Promise<void> =>
  runInDurableObject(env.SKU_INVENTORY.getByName(world.skus[0]!), work);

it("rings an alarm again that it had to end", async () => {
  const world = await World.open([[2, 0]]);
  world.advance(MINUTE);
  const rung: string[] = [];
  await withObject(world, (object) => {
    object.alarm = () => {
      rung.push("and hung");
      platform().hanging = true;
      return new Promise(() => undefined);
    };
  });
  expect(await ringAlarms(world)).toBe(1);
  await withObject(world, (object) => {
    object.alarm = async () => void rung.push("and was done");
  });
  expect(await ringAlarms(world)).toBe(1);
  expect(rung).toEqual(["and hung", "and was done"]);
  expect(await ringAlarms(world), "nothing is due any more").toBe(0);
});

it("sees the alarm that a call has set since it looked", async () => {
  const world = await World.open([[2, 0]]);
  for (let turn = 0; turn < 10 && (await world.turn()); turn += 1) world.advance(MINUTE);
  expect(await ringAlarms(world)).toBe(0);
  await world.receive(0, 0, 1, "delivery");
  expect(await ringAlarms(world)).toBe(1);
});

it("lets a caller's own deadline end the wait for a call that is never answered", async () => {
  const order = async (faults: readonly Fault[]) => {
    const world = await World.open([[2, 0]]);
    platform().arm(faults);
    return world.callback(world.order([1]), "orders/create");
  };
  // The first of them also reads what the isolate keeps.
  await order([]);
  expect(await order([])).toMatchObject({ status: 200 });
  const storing = platform().log.findIndex(({ kind, reads }) => kind === "d1" && !reads);
  expect(await order([{ call: storing + 1, fault: "stall" }])).toMatchObject({ status: 202 });
});

it("lets nobody of an earlier world go on in the next", async () => {
  await World.open([[2, 0]]);
  const { DB } = platform().env(newInvocation());
  const count = () => DB.prepare("SELECT count(*) AS n FROM orders").first("n");
  expect(await count()).toBe(0);
  await World.open([[2, 0]]);
  const answered = count().then(() => "answered");
  expect(await Promise.race([answered, scheduler.wait(500).then(() => "not answered")])).toBe("not answered");
});

it("awaits what an invocation that failed still had to do", async () => {
  await World.open([[2, 0]]);
  const done: string[] = [];
  const failing = invoke(async (_, execution) => {
    execution.waitUntil(scheduler.wait(100).then(() => done.push("sent")));
    throw new Error("no answer");
  });
  await expect(failing).rejects.toThrow("no answer");
  expect(done).toEqual(["sent"]);
});

/** A restore of a database in the middle of a world's day: Time Travel, the recovery, and a person who decides. */
import type { OrderId } from "../../src/kernel/ids";
import { ordersDatabases } from "../../src/platform/d1/databases";
import type { StoredFinding } from "../../src/recovery/storage/findings";
import { copyDatabase, restoreDatabase, type DatabaseCopy } from "../support/restored-database";
import { rowsOfOrders } from "./orders-rows";
import { platform } from "./platform";
import { drain } from "./settle-and-check";
import { MINUTE, type World } from "./world";

export type Minute = Readonly<{ at: number; copies: ReadonlyMap<string, DatabaseCopy> }>;

const bindings = (): Readonly<Record<string, D1Database>> => ({
  DB: platform().databases.DB,
  DIRECTORY: platform().databases.DIRECTORY,
  ...Object.fromEntries(ordersDatabases(platform().databases)),
});

export const ordersDatabaseNames = (): string[] => [...ordersDatabases(platform().databases).keys()];

/** All databases as they are now. */
export async function rememberMinute(): Promise<Minute> {
  const copies = new Map<string, DatabaseCopy>();
  for (const [name, database] of Object.entries(bindings()))
    copies.set(name, await copyDatabase(name, database));
  return { at: Date.now(), copies };
}

/** Sets the databases back to the minute, and begins the recovery. */
export async function restoreTo(world: World, minute: Minute, names: readonly string[]): Promise<void> {
  for (const name of names) await restoreDatabase(name, bindings()[name]!, minute.copies.get(name)!);
  world.advance(MINUTE);
  const reply = await world.staff("POST", "/v1/recoveries", {
    since: new Date(minute.at).toISOString(),
    databases: names,
  });
  if (reply?.status !== 202) throw new Error(JSON.stringify(reply));
  world.restoredAt = Date.now();
}

const MAX_TURNS = 200;

/** Lets the recovery run to its end. */
export async function finishRecovery(world: World): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    if (await world.turn()) continue;
    const running = await platform()
      .databases.DB.prepare(
        "SELECT status, problem FROM job_runs WHERE job = 'recover' ORDER BY begun_at DESC, id LIMIT 1",
      )
      .first<{ status: string; problem: string | null }>();
    if (running?.status === "done") return;
    if (running?.status === "failed") throw new Error(running.problem ?? "failed");
    await world.cron("* * * * *");
    world.advance(2 * MINUTE);
  }
  const left = await platform().databases.DB.prepare("SELECT * FROM job_runs WHERE job = 'recover'").all();
  throw new Error(`the recovery does not end: ${JSON.stringify(left.results)}`);
}

export async function openFindings(world: World): Promise<StoredFinding[]> {
  const reply = await world.staff("GET", "/v1/recovery-findings?limit=200");
  return (reply?.body.items ?? []) as StoredFinding[];
}

/**
 * A person decides everything: the storefront sends the orders that are named once more, units of orders that do not come are freed, held
 * orders go on, and held notifications are not sent.
 */
export async function decideAll(world: World): Promise<void> {
  await drain(world);
  const sent = new Map(world.storefrontOrders().map((each) => [each.orderId, each]));
  for (const orderId of await namedOrders(world, sent)) {
    const known = sent.get(orderId);
    if (known === undefined) continue;
    if (known.isDeleted) {
      // Nobody has it any more: the notification that is held names it.
      await world.deleteAtStorefront(known.there);
      world.acknowledged.delete(known.orderId as OrderId);
    } else await world.callback(known.there, "orders/updated", `again ${orderId} ${Date.now()}`);
  }
  await drain(world);
  for (let round = 0; round < 3; round += 1) {
    for (const { id, kind } of await openFindings(world)) {
      const decisions = kind === "allocation_without_order" ? ["free", "keep"] : ["release", "keep"];
      for (const decision of decisions) {
        const reply = await world.staff("POST", `/v1/recovery-findings/${id}/decisions`, { decision });
        if (reply?.status === 200) break;
      }
    }
  }
  for (const database of ordersDatabases(platform().databases).values()) {
    await database
      .prepare("UPDATE notifications SET status = 'skipped', problem = 'decided' WHERE status = 'held'")
      .run();
  }
}

/** Orders that findings and held notifications name, and all of a channel that cannot be read back. */
async function namedOrders(world: World, sent: ReadonlyMap<string, unknown>): Promise<ReadonlySet<string>> {
  const held = await rowsOfOrders<{ orderId: string }>(
    "SELECT order_id AS orderId FROM notifications WHERE status = 'held'",
  );
  const findings = await openFindings(world);
  const named = [...held, ...findings].map(({ orderId }) => orderId);
  const isUnread = findings.some(
    ({ kind, subject }) => kind === "not_read_back" && subject === world.channelId,
  );
  return new Set([...named.filter((orderId) => orderId !== null), ...(isUnread ? sent.keys() : [])]);
}

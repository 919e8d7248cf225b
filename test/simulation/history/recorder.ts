/**
 * Records the calls that the inventory client makes to a SKU's object, and their replies. Each attempt of the client is a
 * call. An attempt may be lost before or after it is done, or be done after the client has given up on it; then the
 * client retries, without knowing whether it was done.
 */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { AllocationResult, Holder } from "../../../src/inventory/domain/allocation-request";
import type { EffectApplied } from "../../../src/inventory/domain/stock-messages";
import type { StockReading } from "../../../src/inventory/domain/stock-reading";
import type { Result } from "../../../src/kernel/result";
import { createInventoryClient, type InventoryClient } from "../../../src/inventory/inventory-client";
import type { SkuInventory } from "../../../src/worker";
import type { Call } from "./linearizability";
import type { StockCall, StockReply } from "./stock-calls";
import { replyOfAllocation, replyOfReading } from "./stock-replies";
import { effectOf, operationOf, requestOf } from "./stock-requests";

export type StockHistory = Call<StockCall, StockReply>[];
export type Mishap = "none" | "lostBefore" | "lostAfter" | "late" | "evicted";

type Stub = DurableObjectStub<SkuInventory>;
type Attempt = (perform: () => Promise<unknown>, stub: Stub) => Promise<unknown>;

/** The namespace for the client; each call of a stub is an attempt. */
function watched(attempt: Attempt): DurableObjectNamespace<SkuInventory> {
  const namespace = env.SKU_INVENTORY;
  const watchStub = (stub: Stub) =>
    new Proxy(stub, {
      get: (target, name) => {
        const methods = target as unknown as Record<
          string | symbol,
          (...args: unknown[]) => Promise<unknown>
        >;
        return (...args: unknown[]) => attempt(() => methods[name]!(...args), stub);
      },
    });
  return new Proxy(namespace, {
    get: (target, name) => {
      if (name === "get") return (id: DurableObjectId) => watchStub(target.get(id));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Even a wait of 0 ms takes the runtime some milliseconds, so there is none. */
const waited = async (ms: number): Promise<void> => void (ms > 0 && (await scheduler.wait(ms)));

const lost = () => Object.assign(new Error("Network connection lost."), { retryable: true });

export type Recorder = Readonly<{
  history: StockHistory;
  /** Calls as the client does, with its retries. Returns null if the client gave up. */
  call: (client: string, call: StockCall) => Promise<StockReply | null>;
  /** Resolves when all late attempts are done. */
  settled: () => Promise<void>;
}>;

/** `mishap` and `pause` (in milliseconds) are called for each attempt. */
export function recorderOf(sku: string, mishap: () => Mishap, pause: () => number): Recorder {
  const history: StockHistory = [];
  const lateAttempts: Promise<unknown>[] = [];
  let clock = 0;

  const attemptOf =
    (client: string, operation: StockCall): Attempt =>
    async (perform, stub) => {
      const at = history.push({ client, operation, invokedAt: (clock += 1), replied: null }) - 1;
      const fate = mishap();
      await waited(pause());
      if (fate === "lostBefore") throw lost();
      if (fate === "evicted") await evictDurableObject(stub).catch(() => undefined);
      if (fate === "late") {
        lateAttempts.push(waited(pause() * 5).then(perform));
        throw lost();
      }
      const answer = await perform();
      await waited(pause());
      if (fate === "lostAfter") throw lost();
      const reply = replyOf(operation, answer);
      history[at] = { ...history[at]!, replied: { at: (clock += 1), reply } };
      return answer;
    };

  return {
    history,
    call: async (client, call) => {
      const inventory = createInventoryClient(watched(attemptOf(client, call)));
      try {
        return replyOf(call, await callInventory(inventory, sku, call));
      } catch (error) {
        if (error instanceof Error && error.message === lost().message) return null;
        throw error;
      }
    },
    settled: async () => void (await Promise.all(lateAttempts)),
  };
}

function callInventory(inventory: InventoryClient, sku: string, call: StockCall): Promise<unknown> {
  const now = Date.now();
  switch (call.type) {
    case "allocate":
      return inventory.allocate(sku, requestOf(call, now));
    case "void":
      return inventory.releasePending(sku, call.holder as Holder, now);
    case "ship":
    case "release":
    case "reject":
    case "replan":
      return inventory.applyEffect(sku, effectOf(call));
    case "receive":
      return inventory.recordMovement(sku, operationOf(call, now));
    case "read":
      return inventory.readStock(sku);
    case "move":
    case "expire":
    case "confirm":
    case "restock":
    case "releaseBackordered":
    case "adjust":
    case "count":
    case "setSafetyStock":
      throw new Error(`the inventory client has no method for ${call.type}`);
  }
}

type Rejection = Readonly<{ code: string; available?: number }>;
type ObjectReply = Result<AllocationResult | StockReading | EffectApplied | null, Rejection> | undefined;

function replyOf({ type }: StockCall, answered: unknown): StockReply {
  const answer = answered as ObjectReply;
  if (answer === undefined) return "done";
  if (!answer.ok) {
    const { code, available } = answer.rejection;
    return { refused: available === undefined ? code : `${code} ${available}` };
  }
  if (answer.value === null || "needsRepair" in answer.value) return "done";
  return type === "allocate"
    ? replyOfAllocation(answer.value as AllocationResult)
    : replyOfReading(answer.value as StockReading);
}

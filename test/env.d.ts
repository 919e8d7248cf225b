import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env as WorkerEnv } from "../src/env";
import type { ObjectBackedD1 } from "./support/object-backed-d1";

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: Readonly<Record<"primary" | "orders" | "directory", D1Migration[]>>;
      /** For tests of several orders databases. */
      SECOND_ORDERS: D1Database;
      /** Only where the simulation is played. */
      OBJECT_BACKED_D1: DurableObjectNamespace<ObjectBackedD1>;
    }
    interface GlobalProps {
      mainModule: typeof import("../src/worker");
    }
  }
}

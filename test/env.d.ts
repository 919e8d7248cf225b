import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env as WorkerEnv } from "../src/env";
import type { NearbyDatabase } from "./support/nearby-database";

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: D1Migration[];
      /** Only where the simulation is played. */
      NEARBY_DATABASE: DurableObjectNamespace<NearbyDatabase>;
    }
    interface GlobalProps {
      mainModule: typeof import("../src/worker");
    }
  }
}

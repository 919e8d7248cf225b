/** The queue message that replays the next page of a sourcing simulation. */
import { z } from "zod";
import type { SimulationId } from "../kernel/ids";
import { messageContract } from "../platform/queues/queue-message";

export type SourcingSimulateMessage = Readonly<{ type: "sourcing.simulate.v1"; simulationId: SimulationId }>;

export const sourcingSimulate = messageContract<SourcingSimulateMessage>({
  type: "sourcing.simulate.v1",
  queue: "fulfillment",
  schema: z.object({ simulationId: z.string().startsWith("sim_") }),
});

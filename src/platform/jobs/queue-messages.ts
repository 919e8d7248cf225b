/** The queue message that runs the next step of a job's run. It may be lost, late or repeated: the run's row decides. */
import { z } from "zod";
import type { RunId } from "../../kernel/ids";
import { messageContract } from "../queues/queue-message";

/** `step`: how many steps of the run were done when it was sent. A step that is done is not run again. */
export type JobStepMessage = Readonly<{ type: "job.step.v1"; runId: RunId; step: number }>;

export const jobStep = messageContract<JobStepMessage>({
  type: "job.step.v1",
  queue: "jobs",
  schema: z.object({ runId: z.string().startsWith("run_"), step: z.int().min(0) }),
  keyOf: ({ runId, step }) => `${runId}/${step}`,
});

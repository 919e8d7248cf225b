/** Waiting without a clock: until others have had their turns. */

/** A body is read by way of the runtime's own loop of events; a timer would take a millisecond. */
export const yieldOnce = (): Promise<unknown> => new Response("x").text();

export async function yieldTimes(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await yieldOnce();
}

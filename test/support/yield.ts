/** Lets other tasks of the isolate run, without a timer. */

/** Reading a body takes one turn of the runtime's event loop; a timer would take a millisecond. */
export const yieldOnce = (): Promise<unknown> => new Response("x").text();

export async function yieldTimes(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await yieldOnce();
}

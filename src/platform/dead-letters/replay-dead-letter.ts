/** Sends the message of a dead letter to its queue again. Every consumer handles a repeat. */
import type { PlatformContext } from "../context";
import { reject, accept, type Result } from "../../kernel/result";
import { findDeadLetter, markReplayed, type DeadLetter } from "./dead-letter-rows";

export async function replayDeadLetter(
  context: PlatformContext,
  id: string,
): Promise<Result<DeadLetter, Readonly<{ code: "not_found" }>>> {
  const db = context.databases.primary;
  const letter = await findDeadLetter(db, id);
  if (!letter) return reject({ code: "not_found" });
  const at = context.now();
  await context.send(letter.message);
  await markReplayed(db, id, at);
  return accept({ ...letter, replayedAt: at, replays: letter.replays + 1 });
}

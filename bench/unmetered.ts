/**
 * Rate limits that let everything through. On Cloudflare a limit is looked up in the memory of the machine
 * that serves the request; the local simulator writes a row to disk for each, which would measure the simulator.
 */
import { WorkerEntrypoint } from "cloudflare:workers";

export default class Unmetered extends WorkerEntrypoint {
  limit(): { success: boolean } {
    return { success: true };
  }
}

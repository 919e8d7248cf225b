/**
 * Aftercart without rate limits. On Cloudflare a limit is a lookup in the memory of the machine; the local simulator writes
 * a row to disk for each request, which would distort the figures.
 */
import type { Env } from "../src/env";
import worker from "../src/worker";

export { SkuInventory } from "../src/worker";

const unlimited: RateLimit = { limit: async () => ({ success: true }) };

export const unmetered = (env: Env): Env => ({
  ...env,
  API_RATE_LIMIT: unlimited,
  PUBLIC_RATE_LIMIT: unlimited,
});

const envs = new WeakMap<Env, Env>();

function unmeteredEnv(env: Env): Env {
  const known = envs.get(env) ?? unmetered(env);
  envs.set(env, known);
  return known;
}

export default {
  fetch: (request, env, execution) => worker.fetch(request, unmeteredEnv(env), execution),
  queue: (batch, env, execution) => worker.queue(batch, env, execution),
} satisfies ExportedHandler<Env>;

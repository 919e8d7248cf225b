/** Every property test uses the run's seed, so that results are reproducible. A property may still set its own seed. */
import fc from "fast-check";
import { inject } from "vitest";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject("simulation").seed });

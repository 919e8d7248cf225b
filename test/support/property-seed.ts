/** Every property draws its cases from the run's seed: one tree has one answer. A property may still name its own. */
import fc from "fast-check";
import { inject } from "vitest";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject("simulation").seed });

/** The tests of the rules alone: a mutant of a rule is for its own tests to find, not for those of whom it serves. */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** One failure ends a mutant's run, and the slowest tests are seldom the only ones to fail. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const took = (file: TestSpecification) => this.ctx.cache.getTestSpecificationResult(file)?.duration ?? 0;
    return files.toSorted((one, other) => took(one) - took(other));
  }
}

export default defineConfig({
  test: {
    include: ["test/kernel/**/*.test.ts", "test/*/domain/**/*.test.ts"],
    exclude: ["**/*.worker.test.ts", "**/*.browser.test.ts"],
    sequence: { sequencer: QuickestFirst },
    provide: { simulation: { runs: 1, scale: 1, seed: 20_261_126 } },
    setupFiles: ["test/support/property-seed.ts"],
    testTimeout: 60_000,
  },
});

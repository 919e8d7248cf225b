/** How many cases a long property draws: for each of thousands of mutants (`npm run mutate`), a tenth of them. */
export const casesOf = (many: number): number => (process.env.MUTATION === "1" ? Math.ceil(many / 10) : many);

import { defineConfig } from 'vitest/config'

/** Tests that start processes, databases and whole services: each file in a process of its own. */
const WHOLE = 'acceptance|contracts|faults|storage'

/** Worker threads and child processes run the compiled files, so `npm test` builds before this starts. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'whole', include: [`tests/@(${WHOLE})/**/*.test.ts`] } },
      {
        extends: true,
        // In one process after the other: loading the code anew for each file took half of their time.
        test: { name: 'parts', include: ['tests/*.test.ts', `tests/!(${WHOLE})/**/*.test.ts`], isolate: false },
      },
    ],
  },
})

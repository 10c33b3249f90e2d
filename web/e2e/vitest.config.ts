import { defineConfig } from 'vitest/config'

// Browser tests: one platform for all files, started by platform.ts, driven in
// a real Chromium. They run one after the other: the machine has two cores and
// the story changes the towns it is about.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.e2e.ts'],
    globalSetup: ['./platform.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 300_000,
    hookTimeout: 60_000,
    reporters: ['verbose'],
  },
})

// How the tests run. The command line is tested as it is shipped, from compiled files: test/support/build.ts makes them once per run.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    // By default one core is left free; here most of the time goes to commands that tests start and wait for.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Colour decisions are part of what is tested: a run must not inherit the caller's.
    env: { NO_COLOR: '', FORCE_COLOR: '0' },
  },
})

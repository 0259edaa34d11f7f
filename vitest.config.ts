import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/files-in-memory.ts',
    // The relay's suites start processes of their own; two cores carry two files at a time.
    maxWorkers: 2,
    // The slowest takes a third of it on two quiet cores; a busy machine is no failure.
    testTimeout: 60_000,
  },
});

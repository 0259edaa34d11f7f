import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // The relay's suites start processes of their own; two cores carry two files at a time.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});

import { availableParallelism } from 'node:os';

// The tests are the same in a terminal that is set up for production.
process.env.NODE_ENV = 'test';

const shared = {
  testEnvironment: '<rootDir>/tests/jest/node-globals.environment.mjs',
  rootDir: '.',
  transform: {
    // jose is ESM only, so it is compiled like our own code; jest loads itself.
    '/node_modules/(?!@?jest|jose/).+\\.[cm]?js$': '<rootDir>/tests/jest/packages.transform.mjs',
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/@?jest'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.data/'],
};

/**
 * The level of a test is in its file's name: unit and contract need nothing, int needs engines, e2e the whole system, and
 * faults two systems that come to harm.
 */
export default {
  // It ends a test that hangs; no test is judged by it. Longer than `eventually` waits, whose error says what for.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/tests/jest/longest-level-first.mjs',
  // Most of a test's time is waiting, so two more than there are cores, unless the real engines, two Java processes, work
  // beside them; more than four systems at once would measure the machine.
  maxWorkers: Math.min(4, availableParallelism() + (process.env.REAL_KAFKA_BROKERS ? 0 : 2)),
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['**/*.(unit|contract).spec.ts'] },
    { ...shared, displayName: 'int', testMatch: ['**/*.int.spec.ts'] },
    { ...shared, displayName: 'faults', testMatch: ['**/*.faults.spec.ts'] },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['**/*.e2e.spec.ts'],
      globalSetup: '<rootDir>/tests/end-to-end/support/shared-system.setup.ts',
      globalTeardown: '<rootDir>/tests/end-to-end/support/shared-system.teardown.ts',
    },
    {
      ...shared,
      // Its packages are those of tests/clients, which `npm run test:clients` installs.
      displayName: 'clients',
      testMatch: ['**/*.clients.spec.ts'],
      globalSetup: '<rootDir>/tests/end-to-end/support/shared-system.setup.ts',
      globalTeardown: '<rootDir>/tests/end-to-end/support/shared-system.teardown.ts',
    },
  ],
};

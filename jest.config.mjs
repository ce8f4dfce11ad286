const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  // Sources import './x.js' as Node wants it; under jest the file is still './x.ts'.
  moduleNameMapper: { '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
const SWC = '@swc/jest';
const SHARED = '<rootDir>/test/support/once/shared-modules.mjs';
const ROOT = RegExp.escape(import.meta.dirname);

export default {
  projects: [
    {
      ...shared,
      // Pure specs (beside the code) and laws of the house.
      displayName: 'rules',
      testEnvironment: 'node',
      transform: { '^.+\\.ts$': SWC },
      testMatch: [
        '<rootDir>/src/**/*.spec.ts',
        '<rootDir>/simulator/**/*.spec.ts',
        '<rootDir>/test/laws/**/*.spec.ts',
        '<rootDir>/console/src/**/*.spec.ts',
      ],
    },
    {
      ...shared,
      // Database tests, journeys over HTTP, programs and the console: they load the application once a worker.
      displayName: 'app',
      testEnvironment: '<rootDir>/test/support/once/environment.mjs',
      testEnvironmentOptions: { globalsCleanup: 'off' },
      transform: {
        [`^${ROOT}/(src|simulator|migrations)/.+\\.ts$`]: SHARED,
        [`^${ROOT}/test/support/openapi-answers\\.ts$`]: SHARED,
        '/node_modules/.+\\.[cm]?js$': SHARED,
        '^.+\\.ts$': SWC,
      },
      transformIgnorePatterns: [],
      testMatch: [
        '<rootDir>/test/**/*.int-spec.ts',
        '<rootDir>/test/**/*.e2e-spec.ts',
        '<rootDir>/test/console/**/*.console-spec.ts',
      ],
    },
  ],
  // A test that only passes after another one is a defect; show it early.
  randomize: true,
  // A property test of a database takes half of this on a machine that is busy with other work.
  testTimeout: 60_000,
  // Suites of the application wait about half of their time, for the database and for timetables: three fill two cores.
  maxWorkers: 3,
  // The modules of every suite stay in a worker's heap; at 2 GB it takes longer to end than jest waits.
  workerIdleMemoryLimit: '1GB',
};

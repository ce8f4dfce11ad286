// One runner for pure specs (beside the code), laws of the house (test/laws), database tests and journeys over HTTP (test/).
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Sources import './x.js' as Node wants it; under jest the file is still './x.ts'.
  moduleNameMapper: { '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/simulator/**/*.spec.ts',
    '<rootDir>/test/laws/**/*.spec.ts',
    '<rootDir>/test/**/*.int-spec.ts',
    '<rootDir>/test/**/*.e2e-spec.ts',
    '<rootDir>/test/console/**/*.console-spec.ts',
    '<rootDir>/console/src/**/*.spec.ts',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // A test that only passes after another one is a defect; show it early.
  randomize: true,
  // A property test of a database takes half of this on a machine that is busy with other work.
  testTimeout: 60_000,
  maxWorkers: 2,
  // The modules of every suite stay in a worker's heap; at 2 GB it takes longer to end than jest waits.
  workerIdleMemoryLimit: '1GB',
};

import { TestEnvironment } from 'jest-environment-node';
import { join } from 'node:path';
import { stampOf } from '../../../scripts/launcher/sources-digest.ts';
import { sharedModule } from './shared-modules.mjs';

const DIST = join(import.meta.dirname, '../../../dist');
const loadedFrom = stampOf(DIST);

// Values of these go to and fro between a test and the shared modules, which ask `instanceof`.
const ONE_OF_EACH = [
  'Date',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Reflect',
];

/** Node's environment of jest for suites that share loaded modules (shared-modules.mjs). */
export default class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    if (stampOf(DIST) !== loadedFrom)
      throw new Error(
        'dist/ has changed during this run, which holds the modules of before. Run the tests again.',
      );
    for (const name of ONE_OF_EACH) this.global[name] = globalThis[name];
    this.global[Symbol.for('drumbeat.sharedModule')] = sharedModule;
    // The timers and other globals that shared modules see; those of a suite are its own.
    this.global[Symbol.for('drumbeat.globals')] = globalThis;
  }

  async teardown() {
    // A spy on something shared would otherwise go on in the next suite.
    this.moduleMocker?.restoreAllMocks();
    await super.teardown();
  }
}

/**
 * For the Node that runs the application; the Dockerfile says the same. Left alone, V8 lets garbage grow to several
 * times of what is in use. No limit that would end the process at a peak: only a heap that is cleaned sooner.
 * Measured in docs/decisions/010-memory.md.
 */
export const APP_FLAGS: readonly string[] = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=40',
  // Compilers take memory too, and what they once took the process keeps.
  '--no-maglev',
  '--concurrent-turbofan-max-threads=1',
];

/** What an operator sets wins. Left alone, each thread of Node keeps free memory of its own. */
export const APP_ENVIRONMENT: Readonly<NodeJS.ProcessEnv> = { MALLOC_ARENA_MAX: '2' };

/**
 * Flags for the Node that runs the application; the Dockerfile has the same. By default V8 lets garbage grow to
 * several times the live heap. None of these is a limit that would end the process at a peak: the heap is only
 * cleaned sooner. Measured in docs/decisions/010-memory.md.
 */
export const APP_FLAGS: readonly string[] = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=40',
  // Compilers take memory too, and the process never gives it back.
  '--no-maglev',
  '--concurrent-turbofan-max-threads=1',
];

/** The operator's own setting wins. By default each thread of Node keeps free memory of its own. */
export const APP_ENVIRONMENT: Readonly<NodeJS.ProcessEnv> = { MALLOC_ARENA_MAX: '2' };

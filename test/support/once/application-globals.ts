/** What modules that suites share know as `globalThis`: a spy on the timers of the application belongs here. */
export const applicationGlobals = (globalThis as unknown as Record<symbol, typeof globalThis>)[
  Symbol.for('drumbeat.globals')
] as typeof globalThis;

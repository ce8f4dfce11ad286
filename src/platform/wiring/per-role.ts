import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import type { Role } from '../config/config.js';

/** What a module registers depends on the role of the process: routes in the API, background work in the worker. */
export interface Parts {
  /** Controllers and providers of the API; a worker does not get them. */
  inApi: <T extends readonly unknown[]>(...parts: T) => T[number][];
  /** Processors, timetables and loops; a process that only answers requests does not get them. */
  inWorker: <T extends readonly unknown[]>(...parts: T) => T[number][];
  /** The role itself, for the imports: `SendersModule.for(role)`. */
  role: Role;
}

/**
 * Declares a feature's module once for all roles. Nest recognises a dynamic module by reference, so every importer
 * has to get the same object for the same role: it would otherwise make a second instance of every provider.
 */
export function perRole(
  module: () => Type,
  describe: (parts: Parts) => ModuleMetadata,
): (role: Role) => DynamicModule {
  const made = new Map<Role, DynamicModule>();
  return (role) => {
    const known = made.get(role) ?? { module: module(), ...describe(partsOf(role)) };
    made.set(role, known);
    return known;
  };
}

function partsOf(role: Role): Parts {
  return {
    inApi: (...parts) => (role === 'worker' ? [] : [...parts]),
    inWorker: (...parts) => (role === 'api' ? [] : [...parts]),
    role,
  };
}

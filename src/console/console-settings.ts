import { type Environment, oneOf } from '../platform/config/environment.js';

/** `DRUMBEAT_CONSOLE=off`: this installation has no console. */
export interface ConsoleSettings {
  isServed: boolean;
}

export function readConsoleSettings(environment: Environment): ConsoleSettings {
  return { isServed: environment.read('DRUMBEAT_CONSOLE', oneOf(['on', 'off'])) !== 'off' };
}

import { type Environment, type Parse, refuse } from '../platform/config/environment.js';

/** The largest document that Meta takes. */
const META_LIMIT = 100_000_000;

export abstract class MediaSettings {
  /** The largest file that an upload may have. */
  abstract readonly maxBytes: number;
}

export function readMediaSettings(environment: Environment): MediaSettings {
  return { maxBytes: environment.read('MEDIA_MAX_BYTES', bytes) ?? 16_000_000 };
}

const bytes: Parse<number> = (text) => {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= META_LIMIT
    ? value
    : refuse(`must be a whole number of bytes from 1 to ${META_LIMIT}, is "${text}"`);
};

import { DomainError, type FieldError } from '../src/rules/errors/domain-error.js';
import { isObject } from './json.js';

/** Reads one value at `path` and reports its faults through `wrong`. */
export type Reader<T> = (value: unknown, path: string) => T;

class Unreadable extends Error {
  constructor(readonly errors: FieldError[]) {
    super(errors[0]?.message);
  }
}

/** Ends a reader; the fault is reported together with all others. */
export function wrong(field: string, message: string): never {
  throw new Unreadable([{ field, message }]);
}

export const flag: Reader<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : wrong(path, 'must be true or false');

export const text: Reader<string> = (value, path) =>
  typeof value === 'string' && value !== '' ? value : wrong(path, 'must be a non-empty string');

export const httpUrl: Reader<string> = (value, path) => {
  const url = text(value, path);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) wrong(path, 'must be an http or https URL');
  return url;
};

export const anyObject: Reader<Record<string, unknown>> = (value, path) =>
  isObject(value) ? value : wrong(path, 'must be an object');

export const share: Reader<number> = (value, path) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : wrong(path, 'must be a number from 0 to 1');

export function whole(min: number, max: number): Reader<number> {
  return (value, path) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : wrong(path, `must be a whole number from ${min} to ${max}`);
}

export function oneOf<const T extends string>(...words: T[]): Reader<T> {
  return (value, path) =>
    words.find((word) => word === value) ?? wrong(path, `must be one of ${words.join(', ')}`);
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null ? null : reader(value, path));
}

export function listed<T>(reader: Reader<T>): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) wrong(path, 'must be a list');
    return value.map((item: unknown, i) => reader(item, `${path}[${i}]`));
  };
}

type Readers<T> = { [K in keyof T]-?: Reader<T[K]> };

/** An object whose given keys replace those of `base`. An unknown key is rejected, and every fault is reported. */
export function overlay<T extends object>(base: T, readers: Readers<T>): Reader<T> {
  return (value, path) => {
    const errors: FieldError[] = [];
    const result = { ...base };
    for (const [key, item] of Object.entries(anyObject(value, path || 'body'))) {
      const field = path === '' ? key : `${path}.${key}`;
      if (!Object.hasOwn(readers, key)) {
        errors.push({ field, message: `is unknown; use one of ${Object.keys(readers).join(', ')}` });
        continue;
      }
      try {
        result[key as keyof T] = readers[key as keyof T](item, field);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        errors.push(...error.errors);
      }
    }
    if (errors.length > 0) throw new Unreadable(errors);
    return result;
  };
}

export function readInput<T>(reader: Reader<T>, value: unknown, what: string): T {
  try {
    return reader(value, '');
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const detail = error.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new DomainError(
      'invalid',
      `invalid_${what.replaceAll(' ', '_')}`,
      `This ${what} cannot be used: ${detail}.`,
      {
        errors: error.errors,
      },
    );
  }
}

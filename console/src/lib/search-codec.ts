/** How one filter stands in the address. */
export interface Field<T> {
  read: (text: string | null) => T;
  /** Undefined: the filter is at its default and takes no place in the address. */
  write: (value: T) => string | undefined;
}

export type Codec<T> = { readonly [Name in keyof T]: Field<T[Name]> };

export const text = (fallback = '', longest = 200): Field<string> => ({
  read: (value) => (value ?? fallback).slice(0, longest),
  write: (value) => (value === fallback ? undefined : value),
});

/** A place in a list, counted from 1. */
export const position: Field<number> = {
  read: (value) => (/^[1-9]\d{0,8}$/.test(value ?? '') ? Number(value) : 1),
  write: (value) => (value === 1 ? undefined : String(value)),
};

/** A value that is none of these, such as one of an older version, counts as the fallback. */
export function oneOf<const T extends string>(values: readonly T[], fallback: NoInfer<T>): Field<T> {
  return {
    read: (value) => values.find((known) => known === value) ?? fallback,
    write: (value) => (value === fallback ? undefined : value),
  };
}

export function readSearch<T extends object>(codec: Codec<T>, search: string): T {
  const parameters = new URLSearchParams(search);
  const names = Object.keys(codec) as (keyof T & string)[];
  return Object.fromEntries(names.map((name) => [name, codec[name].read(parameters.get(name))])) as T;
}

/** The same address with some filters changed. Parameters that the codec does not know stay. */
export function writeSearch<T extends object>(
  codec: Codec<T>,
  search: string,
  changes: Partial<NoInfer<T>>,
): string {
  const parameters = new URLSearchParams(search);
  for (const name of Object.keys(changes) as (keyof T & string)[]) {
    const value = changes[name];
    const written = value === undefined ? undefined : codec[name].write(value);
    if (written === undefined || written === '') parameters.delete(name);
    else parameters.set(name, written);
  }
  return parameters.toString();
}

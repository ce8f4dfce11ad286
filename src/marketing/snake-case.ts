/** The Marketing API writes names in snake_case; everything below it is in camelCase. */
type Camel<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;
type Snake<Name> = Name extends `${infer Letter}${infer Rest}`
  ? `${Letter extends Lowercase<Letter> ? Letter : `_${Lowercase<Letter>}`}${Snake<Rest>}`
  : Name;

export function camelKeys<T extends object>(source: T): { [Name in keyof T as Camel<Name>]: T[Name] } {
  return renamed(source, (name) => name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())) as {
    [Name in keyof T as Camel<Name>]: T[Name];
  };
}

export function snakeKeys<T extends object>(source: T): { [Name in keyof T as Snake<Name>]: T[Name] } {
  return renamed(source, (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) as {
    [Name in keyof T as Snake<Name>]: T[Name];
  };
}

function renamed(source: object, rename: (name: string) => string): object {
  return Object.fromEntries(
    Object.entries(source).map(([name, value]: [string, unknown]) => [rename(name), value]),
  );
}

import type { EntityManager } from 'typeorm';

/**
 * A piece of SQL with its parameters. Pieces nest, so a filter built from parts still becomes one statement in which
 * every value is a bound parameter. The only way to put a string into the text is to write it into the template.
 */
export class Sql {
  constructor(
    readonly strings: readonly string[],
    readonly values: readonly unknown[],
  ) {}

  /** The statement as PostgreSQL wants it: `$1`, `$2` ... and the list of values. */
  compile(): { text: string; parameters: unknown[] } {
    const parameters: unknown[] = [];
    const write = (piece: Sql): string =>
      piece.strings.reduce((text, string, index) => {
        if (index === 0) return string;
        const value = piece.values[index - 1];
        return text + (value instanceof Sql ? write(value) : `$${parameters.push(value)}`) + string;
      }, '');
    const text = write(this);
    return { text, parameters };
  }
}

export function sql(strings: TemplateStringsArray, ...values: unknown[]): Sql {
  return new Sql(strings, values);
}

/** A table or column name chosen by the code (never by a caller), quoted. */
export function identifier(name: string): Sql {
  return new Sql([`"${name.replaceAll('"', '""')}"`], []);
}

export function join(pieces: readonly Sql[], separator: string): Sql {
  if (pieces.length === 0) return new Sql([''], []);
  const strings = ['', ...Array.from({ length: pieces.length - 1 }, () => separator), ''];
  return new Sql(strings, pieces);
}

/** All of the conditions; no condition at all is true. */
export function and(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql`(${join(conditions, ' AND ')})`;
}

/** Runs a statement and returns its rows, from SELECT or RETURNING. */
export async function rowsOf<T>(db: EntityManager, statement: Sql): Promise<T[]> {
  const { text, parameters } = statement.compile();
  const result = await db.query<T[] | [T[], number]>(text, parameters);
  return isCounted(result) ? result[0] : result;
}

export async function firstOf<T>(db: EntityManager, statement: Sql): Promise<T | undefined> {
  return (await rowsOf<T>(db, statement))[0];
}

/** Runs an UPDATE or DELETE and returns how many rows it changed. */
export async function execute(db: EntityManager, statement: Sql): Promise<number> {
  const { text, parameters } = statement.compile();
  const result = await db.query<unknown[] | [unknown[], number]>(text, parameters);
  return isCounted(result) ? result[1] : result.length;
}

/** TypeORM gives `[rows, count]` for UPDATE and DELETE and plain rows for everything else. */
function isCounted<T>(result: T[] | [T[], number]): result is [T[], number] {
  return result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
}

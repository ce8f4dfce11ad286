import ts from 'typescript';
import type { SourceFile } from './source-files.js';
import type { Table } from './table-owners.js';

export type Verb = 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE' | 'COPY' | 'MERGE' | 'DDL' | 'SELECT';

export interface Access {
  verb: Verb;
  table: string;
  /** The columns of an INSERT or UPDATE; '?' where the text does not show them. */
  columns: string[];
}

export interface House {
  tables: Readonly<Record<string, Table>>;
  /** The folders of src from the lowest floor to the highest. */
  floors: readonly (readonly string[])[];
  /** Which table the class of an entity stands for. */
  entities: ReadonlyMap<string, string>;
}

const NAME = '(?:ONLY\\s+)?"?([a-z_][a-z0-9_]*)"?';
const WRITES: readonly [Verb, RegExp][] = [
  ['INSERT', new RegExp(`\\bINSERT\\s+INTO\\s+${NAME}`, 'g')],
  ['UPDATE', new RegExp(`\\bUPDATE\\s+${NAME}`, 'g')],
  ['DELETE', new RegExp(`\\bDELETE\\s+FROM\\s+${NAME}`, 'g')],
  ['COPY', new RegExp(`\\bCOPY\\s+${NAME}[^;]*?\\sFROM\\b`, 'g')],
  ['MERGE', new RegExp(`\\bMERGE\\s+INTO\\s+${NAME}`, 'g')],
  ['TRUNCATE', new RegExp(`\\bTRUNCATE\\s+(?:TABLE\\s+)?${NAME}`, 'g')],
  ['DDL', new RegExp(`\\b(?:ALTER|DROP|LOCK)\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?${NAME}`, 'g')],
];
/** A list after FROM, JOIN or USING: names with or without an alias, as far as commas reach. */
const READ =
  /(?<!\bDELETE\s+)\b(?:FROM|JOIN|USING)\s+(?:LATERAL\s+)?(?=((?:ONLY\s+)?"?[a-z_][a-z0-9_]*"?[^()]*))/g;
const LISTED = /^(?:ONLY\s+)?"?([a-z_][a-z0-9_]*)"?(?:\s+(?:AS\s+)?[a-z_][a-z0-9_]*)?\s*$/;

/**
 * Every use of a known table in the SQL of a file. Only known names count, so aliases and the names of WITH queries
 * need no care; that each table of the schema is known is a law of its own.
 */
export function accessesIn(text: string, tables: Readonly<Record<string, Table>>): Access[] {
  const isTable = (name: string): boolean => Object.hasOwn(tables, name);
  return literalsOf(text)
    .flatMap((statement) => [
      ...WRITES.flatMap(([verb, pattern]) =>
        [...statement.matchAll(pattern)].map((match) => ({
          verb,
          table: match[1] ?? '',
          columns: columnsOf(verb, statement.slice(match.index + match[0].length)),
        })),
      ),
      ...[...statement.matchAll(READ)]
        .flatMap(([, list = '']) => namesIn(list))
        .map((table) => ({ verb: 'SELECT' as const, table, columns: [] })),
    ])
    .filter(({ table }) => isTable(table));
}

/** What a file does to tables that the house does not allow, as sentences. */
export function breaches({ path, text }: SourceFile, house: House): string[] {
  const folder = path.split('/')[1] ?? '';
  const found = [...accessesIn(text, house.tables), ...scopedEntities(text, house.entities)];
  return [...new Set(found.flatMap((access) => breach(folder, access, house) ?? []))].map(
    (sentence) => `${path} ${sentence}`,
  );
}

function breach(
  folder: string,
  { verb, table, columns }: Access,
  { tables, floors }: House,
): string | undefined {
  const { owner, alsoWrittenBy = [], isPublished } = tables[table] as Table;
  if (folder === owner) return undefined;
  const floorOf = (name: string): number => floors.findIndex((names) => names.includes(name));
  if (verb === 'SELECT') {
    const isBelow = floorOf(owner) < floorOf(folder);
    return isBelow || isPublished
      ? undefined
      : `reads ${table}, which ${owner} owns on a floor that is not below`;
  }
  const admitted = alsoWrittenBy.filter((shared) => shared.folder === folder && shared.verb === verb);
  const isAdmitted = admitted.some((shared) => columns.every((column) => shared.columns.includes(column)));
  if (isAdmitted) return undefined;
  const what = columns.length > 0 ? `${table} (${columns.join(', ')})` : table;
  return `writes ${what} by ${verb}, which ${owner} owns`;
}

/** `new Scoped(db, Campaign, …)` reads and writes the table of that entity; only its owner may hold one. */
function scopedEntities(text: string, entities: ReadonlyMap<string, string>): Access[] {
  return [...text.matchAll(/\bnew Scoped\(\s*[^,]+,\s*(\w+)\s*,/g)].flatMap(([, entity = '']) => {
    const table = entities.get(entity);
    return table === undefined ? [] : [{ verb: 'UPDATE' as const, table, columns: ['?'] }];
  });
}

export function entitiesIn(files: readonly SourceFile[]): Map<string, string> {
  const entities = new Map<string, string>();
  for (const { text } of files) {
    const [, table, entity] = /@Entity\('(\w+)'\)[\s\S]*?export class (\w+)/.exec(text) ?? [];
    if (table !== undefined && entity !== undefined) entities.set(entity, table);
  }
  return entities;
}

/** The tables and views that the migrations create. */
export function createdIn(files: readonly SourceFile[]): string[] {
  const created = files.flatMap(({ text }) =>
    literalsOf(text).flatMap((statement) =>
      [...statement.matchAll(/\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|VIEW)\s+(\w+)/g)].map(
        ([, name = '']) => name,
      ),
    ),
  );
  return [...new Set(created)].sort();
}

/** The texts of all string and template literals, with each `${…}` as a `?`: comments and code are not SQL. */
function literalsOf(text: string): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) literals.push(node.text);
    if (ts.isTemplateExpression(node)) {
      literals.push(node.head.text + node.templateSpans.map(({ literal }) => `?${literal.text}`).join(''));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest));
  return literals;
}

function namesIn(list: string): string[] {
  const items = list.split(',');
  const [first = '', ...others] = items;
  const head = /^(?:ONLY\s+)?"?([a-z_][a-z0-9_]*)"?/.exec(first)?.[1];
  const names = head === undefined ? [] : [head];
  // A list goes on only as long as what stands between the commas is a name with at most an alias.
  if (!LISTED.test(first)) return names;
  for (const item of others) {
    const name = /^\s*(?:ONLY\s+)?"?([a-z_][a-z0-9_]*)"?/.exec(item)?.[1];
    if (name === undefined) break;
    names.push(name);
    if (!LISTED.test(item.trim())) break;
  }
  return names;
}

function columnsOf(verb: Verb, rest: string): string[] {
  if (verb === 'INSERT') {
    const list = /^\s*(?:AS\s+\w+\s*)?\(([^()]*)\)/.exec(rest)?.[1];
    return list === undefined ? ['?'] : list.split(',').map(nameOf);
  }
  if (verb !== 'UPDATE') return [];
  const set = /^\s*(?:AS\s+)?(?:(?!SET\b)\w+\s+)?SET\b/.exec(rest);
  return set === null ? ['?'] : assignments(rest.slice(set[0].length)).map(nameOf);
}

const nameOf = (text: string): string => /^\s*"?([a-z_][a-z0-9_]*)"?\s*(?:=|$)/.exec(text)?.[1] ?? '?';

/** `a = f(x, y), b = 1 FROM …` -> `a = f(x, y)`, `b = 1`: the commas of an UPDATE that stand in no parentheses. */
function assignments(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if ('([{'.includes(char)) depth += 1;
    if (')]}'.includes(char)) depth -= 1;
    if (depth < 0) break;
    if (depth === 0 && /^(?:FROM|WHERE|RETURNING)\b/.test(text.slice(at)) && /\W/.test(text.charAt(at - 1))) {
      break;
    }
    if (depth === 0 && char === ',') parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  return parts;
}

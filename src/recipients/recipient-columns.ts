import { normalizePhone } from '../rules/phone/phone-number.js';
import { fromCsvCell } from '../platform/csv/csv-cell.js';
import { checkRecipient, MAX_VARIABLES, type RecipientCheck } from './recipient-input.js';

/** The meaning of a file's columns. */
export interface RecipientColumns {
  phone: number;
  name: number | null;
  variables: readonly { column: number; name: string }[];
  /** The number of columns; a row with more is malformed. */
  width: number;
}

export type ReadColumns =
  { ok: true; columns: RecipientColumns; hasHeader: boolean } | { ok: false; reason: string };

const PHONE = new Set([
  ...['phone', 'phonenumber', 'phoneno', 'mobile', 'mobilephone', 'mobilenumber', 'mobileno', 'msisdn'],
  ...['whatsapp', 'whatsappphone', 'whatsappnumber', 'whatsappphonenumber', 'cell', 'cellphone', 'tel'],
  ...['telephone', 'contactnumber', 'customerphone', 'telefon', 'telefono', 'telefone', 'celular'],
]);
const NAME = new Set(['name', 'fullname', 'displayname', 'customername', 'contactname']);
const LOOKS_LIKE_A_NUMBER = /^[+(\d][\d\s().-]{6,}$/;
const MAX_VARIABLE_NAME = 100;
const PREFIX = 'variables.';

export type Mapping = Readonly<Record<string, string>>;

/**
 * Reads the first line of a file. Names match regardless of case, spaces and punctuation. A column that is neither the
 * number nor the name is a variable under its own name; positional variables are named `1`, `2` and so on. A file that
 * begins with a number has no header and must be a plain list: the meaning of other columns cannot be guessed, and a
 * message to a stranger cannot be taken back. `mapping` overrides single headers with `phone`, `name`, `variables.…`,
 * or `-` to skip the column.
 */
export function readColumns(
  cells: readonly string[],
  defaultCountry?: string,
  mapping: Mapping = {},
): ReadColumns {
  const headers = cells.map((cell) => cell.trim());
  const [first = ''] = headers;
  const strange = Object.keys(mapping).find((name) => !headers.includes(name));
  if (strange !== undefined) return refused(`has no column ${quoted(strange)}, but the mapping names it`);
  if (!Object.hasOwn(mapping, first) && beginsWithNumber(first, defaultCountry)) {
    if (headers.slice(1).some((header) => header !== '')) {
      return refused('begins with a phone number, but has more than one column: name them in a first line');
    }
    const columns = { phone: 0, name: null, variables: [], width: headers.length };
    return { ok: true, columns, hasHeader: false };
  }
  return readHeader(headers, mapping);
}

function beginsWithNumber(first: string, defaultCountry: string | undefined): boolean {
  return LOOKS_LIKE_A_NUMBER.test(first) || normalizePhone(first, defaultCountry).ok;
}

/** What a column becomes by itself, as a mapping would name it; undefined if the mapping names nothing that exists. */
export function targetOf(header: string, mapping: Mapping = {}): string | undefined {
  const mapped = Object.hasOwn(mapping, header) ? mapping[header] : undefined;
  if (mapped === '-' || (mapped === undefined && header === '')) return '-';
  if (mapped?.startsWith(PREFIX) === true) return mapped.length > PREFIX.length ? mapped : undefined;
  const name = folded(mapped ?? header);
  if (PHONE.has(name)) return 'phone';
  if (NAME.has(name)) return 'name';
  return mapped === undefined ? `${PREFIX}${header}` : undefined;
}

/** Reads one row of a file. An empty cell counts as missing, so the campaign's default applies. */
export function readRow(
  cells: readonly string[],
  columns: RecipientColumns,
  defaultCountry: string | undefined,
): RecipientCheck {
  if (cells.length > columns.width && cells.slice(columns.width).some((cell) => cell !== '')) {
    return { ok: false, reason: `The row has ${cells.length} cells, the header ${columns.width}.` };
  }
  const text = (column: number): string => fromCsvCell(cells[column] ?? '').trim();
  const phoneNumber = text(columns.phone);
  if (phoneNumber === '') return { ok: false, reason: 'The row has no phone number.' };
  const variables: Record<string, string> = {};
  for (const { column, name } of columns.variables) {
    const value = text(column);
    if (value !== '') variables[name] = value;
  }
  const name = columns.name === null ? undefined : text(columns.name);
  return checkRecipient({ phoneNumber, name, variables }, defaultCountry);
}

function readHeader(headers: readonly string[], mapping: Mapping): ReadColumns {
  const targets = headers.map((header) => targetOf(header, mapping));
  const lost = headers.find((_, column) => targets[column] === undefined);
  if (lost !== undefined) {
    const target = quoted(mapping[lost] ?? '');
    return refused(
      `has a column ${quoted(lost)} that cannot be mapped to ${target}: use phone, name, variables.… or -`,
    );
  }
  const columnsFor = (meaning: string): number[] =>
    targets.flatMap((target, column) => (target === meaning ? [column] : []));
  const phones = columnsFor('phone');
  const names = columnsFor('name');
  const [phone] = phones;
  if (phone === undefined) {
    const shown = headers.slice(0, 20).map(quoted).join(', ');
    return refused(`has no column with the phone number. Its columns are ${shown}. Name one of them "phone"`);
  }
  const [name = null] = names;
  const twice = [phones, names].find((columns) => columns.length > 1);
  if (twice !== undefined) {
    const shown = twice.map((column) => quoted(headers[column] ?? '')).join(' and ');
    return refused(`has the columns ${shown}, which mean the same. Rename or remove all but one of them`);
  }
  const variables = targets.flatMap((target = '-', column) =>
    target.startsWith(PREFIX) ? [{ column, name: target.slice(PREFIX.length) }] : [],
  );
  const seen = new Set<string>();
  for (const variable of variables) {
    if (seen.has(variable.name)) return refused(`has two columns with the name ${quoted(variable.name)}`);
    if (variable.name.length > MAX_VARIABLE_NAME) {
      return refused(`has a column with a name longer than ${MAX_VARIABLE_NAME} characters`);
    }
    seen.add(variable.name);
  }
  if (variables.length > MAX_VARIABLES) return refused(`has more than ${MAX_VARIABLES} columns of variables`);
  return { ok: true, columns: { phone, name, variables, width: headers.length }, hasHeader: true };
}

function folded(header: string): string {
  return header.toLowerCase().replace(/[\s_.\-/#()*:]/g, '');
}

function quoted(header: string): string {
  return `"${header.length > 60 ? `${header.slice(0, 60).toWellFormed()}…` : header}"`;
}

function refused(reason: string): ReadColumns {
  return { ok: false, reason: `The file ${reason}.` };
}

import type { CustomerRow } from './customer-row.js';
import { TEXT_FIELD_NAMES, TEXT_FIELDS } from '../profiles/profile-fields.js';

/** The columns of the staging table, in the order of `stagedRow`. */
export const STAGED_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['id', 'uuid'],
  ['line', 'integer'],
  ['has_consent', 'boolean'],
  ['phone', 'text'],
  ['wa_id', 'text'],
  ['whatsapp_user_id', 'text'],
  ...TEXT_FIELD_NAMES.map((field) => [TEXT_FIELDS[field].column, 'text'] as const),
  ['tags', 'text[]'],
  ['is_active', 'boolean'],
  ['attributes', 'jsonb'],
];

/** One line of COPY's text format. */
export function stagedRow(id: string, line: number, row: CustomerRow): string {
  const { texts, tags, attributes } = row;
  // Joined once: a string built piece by piece keeps all its pieces in memory until it is sent.
  return [
    id,
    String(line),
    row.consent === null ? 'f' : 't',
    field(row.phone),
    field(row.waId),
    field(row.userId),
    ...TEXT_FIELD_NAMES.map((name) => field(texts[name] ?? null)),
    field(tags === null ? null : arrayLiteral(tags)),
    field(row.isActive === null ? null : String(row.isActive)),
    field(attributes === null ? null : (row.attributesText ?? JSON.stringify(attributes))),
  ].join('\t');
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function field(text: string | null): string {
  if (text === null) return '\\N';
  // Nearly every text is plain, and testing is much cheaper than replacing.
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found) : text;
}

function arrayLiteral(tags: readonly string[]): string {
  return `{${tags.map((tag) => `"${tag.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}

import { TEXT_FIELD_NAMES, type TextField } from '../profiles/profile-fields.js';

export type CsvColumn =
  | { to: 'phoneNumber' | 'waId' | 'whatsappUserId' | 'tags' | 'isActive' | 'attributes' }
  | { to: 'subscription' | 'optIn' | 'optInAt' | 'optOutAt' }
  | { to: 'text'; field: TextField }
  | { to: 'attribute'; path: readonly string[] }
  | { to: 'nothing' };

export type ReadHeader = { ok: true; columns: CsvColumn[] } | { ok: false; reason: string };

export const MAX_COLUMNS = 500;
const MAX_HEADER = 200;
const MAX_PATH = 16;
const PREFIX = 'attributes.';

const FIELDS = new Map<string, CsvColumn>([
  ...TEXT_FIELD_NAMES.map((field): [string, CsvColumn] => [folded(field), { to: 'text', field }]),
  ...named({ to: 'phoneNumber' }, [
    ...[
      'phone',
      'phonenumber',
      'phoneno',
      'whatsapp',
      'whatsappphone',
      'whatsappnumber',
      'whatsappphonenumber',
    ],
    ...[
      'mobile',
      'mobilephone',
      'mobilenumber',
      'mobileno',
      'cell',
      'cellphone',
      'tel',
      'telephone',
      'msisdn',
    ],
    ...['contactnumber', 'customerphone', 'telefon', 'telefono', 'telefone', 'celular', 'movil', 'handy'],
  ]),
  ...named({ to: 'waId' }, ['waid']),
  ...named({ to: 'whatsappUserId' }, ['whatsappuserid', 'bsuid']),
  ...named({ to: 'text', field: 'name' }, ['fullname', 'displayname', 'customername', 'contactname']),
  ...named({ to: 'text', field: 'email' }, ['emailaddress', 'mail']),
  ...named({ to: 'text', field: 'address' }, ['streetaddress', 'street']),
  ...named({ to: 'text', field: 'zipcode' }, ['zip', 'postalcode', 'postcode', 'pincode', 'plz']),
  ...named({ to: 'text', field: 'country' }, ['countrycode']),
  ...named({ to: 'text', field: 'customerTier' }, ['tier']),
  ...named({ to: 'tags' }, ['tags', 'tag', 'labels']),
  ...named({ to: 'isActive' }, ['isactive', 'active']),
  ...named({ to: 'attributes' }, ['attributes']),
  ...named({ to: 'subscription' }, ['subscription', 'subscriptionstatus']),
  ...named({ to: 'optIn' }, ['optin', 'marketingoptin', 'consent', 'optedin']),
  ...named({ to: 'optInAt' }, ['optinat', 'marketingoptinat', 'consentat']),
  ...named({ to: 'optOutAt' }, ['optoutat', 'marketingoptoutat', 'unsubscribedat']),
]);

/**
 * Decides what each column of a file means. Names match regardless of case, spaces and punctuation. An unknown name
 * becomes an attribute; dots in it are levels: `saleDetails.destination`. `mapping` overrides single headers with a
 * name, `attributes.a.b`, or `-` to skip the column.
 */
export function readHeader(
  headers: readonly string[],
  mapping: Readonly<Record<string, string>> = {},
): ReadHeader {
  if (headers.length > MAX_COLUMNS) {
    return refused(`has ${headers.length} columns; at most ${MAX_COLUMNS} are allowed`);
  }
  const strange = Object.keys(mapping).find((name) => !headers.some((header) => header.trim() === name));
  if (strange !== undefined) return refused(`has no column ${quoted(strange)}, but the mapping names it`);

  const columns: CsvColumn[] = [];
  const taken = new Map<string, string>();
  for (const raw of headers) {
    const header = raw.trim();
    const column = columnOf(header, Object.hasOwn(mapping, header) ? mapping[header] : undefined);
    if (typeof column === 'string') return refused(column);
    columns.push(column);
    if (column.to === 'nothing') continue;
    const meaning = meaningOf(column);
    const other = taken.get(meaning);
    if (other !== undefined) {
      return refused(
        `has two columns for ${meaning}: ${quoted(other)} and ${quoted(header)}. Map one of them to "-" or to an attribute`,
      );
    }
    taken.set(meaning, header);
  }
  const clash = [...taken.keys()].find(
    (meaning) =>
      meaning.startsWith('attributes.') && [...taken.keys()].some((other) => other.startsWith(`${meaning}.`)),
  );
  if (clash !== undefined) return refused(`has a column for ${clash} and another column for a part of it`);
  if (!taken.has('phoneNumber') && !taken.has('whatsappUserId')) {
    return refused(
      `has no phone number column. Its columns are ${headers.slice(0, 20).map(quoted).join(', ')}. Name one of them "phone", or map it`,
    );
  }
  return { ok: true, columns };
}

function columnOf(header: string, mapped: string | undefined): CsvColumn | string {
  if (mapped === '-') return { to: 'nothing' };
  const name = mapped ?? header;
  if (name === '') return { to: 'nothing' };
  if (name.length > MAX_HEADER) return `has a column with a name longer than ${MAX_HEADER} characters`;
  const isPrefixed = name.startsWith(PREFIX);
  const field = isPrefixed ? undefined : FIELDS.get(folded(name));
  if (field !== undefined) return field;
  if (mapped !== undefined && !isPrefixed) {
    return `cannot be mapped to ${quoted(mapped)}: use a field name or attributes.…`;
  }
  const path = (isPrefixed ? name.slice(PREFIX.length) : name).split('.');
  const isSentence = path.some((step) => step.trim() !== step || step === '');
  // "Acc. No." is a name with dots, not a path of three levels.
  if (isSentence && !isPrefixed) return { to: 'attribute', path: [name] };
  if (isSentence || path.length > MAX_PATH || path.includes('__proto__')) {
    return `has a column ${quoted(name)}, which is not a valid attribute path`;
  }
  return { to: 'attribute', path };
}

/** What a column becomes, as a mapping would name it. */
export function targetOf(column: CsvColumn): string {
  return column.to === 'nothing' ? '-' : meaningOf(column);
}

/** The names that a column can be mapped to, besides `attributes.…` and `-`. */
export const MAPPING_TARGETS: readonly string[] = [...new Set([...FIELDS.values()].map(meaningOf))];

/** For one column by itself, whatever the others are. */
export function guessColumn(header: string, mapping: Readonly<Record<string, string>>): CsvColumn {
  const name = header.trim();
  const column = columnOf(name, Object.hasOwn(mapping, name) ? mapping[name] : undefined);
  return typeof column === 'string' ? { to: 'nothing' } : column;
}

function meaningOf(column: CsvColumn): string {
  if (column.to === 'text') return column.field;
  return column.to === 'attribute' ? `attributes.${column.path.join('.')}` : column.to;
}

function named(column: CsvColumn, names: readonly string[]): [string, CsvColumn][] {
  return names.map((name) => [name, column]);
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[\s_.\-/#()*:]/g, '');
}

function quoted(name: string): string {
  return `"${name.length > 60 ? `${name.slice(0, 60)}…` : name}"`;
}

function refused(reason: string): ReadHeader {
  return { ok: false, reason: `The file ${reason}.` };
}

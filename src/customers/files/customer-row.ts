import { unstorable } from '../../platform/database/storable-text.js';
import { fromCsvCell } from '../../platform/csv/csv-cell.js';
import type { CsvColumn } from './csv-header.js';
import { isJsonObject, mergeAttributes } from '../profiles/merge-attributes.js';
import { numberIdentity, waIdVariants } from '../../rules/phone/number-variants.js';
import { normalizePhone } from '../../rules/phone/phone-number.js';
import {
  COUNTRY,
  EMAIL,
  MAX_TAG,
  MAX_TAGS,
  TEXT_FIELDS,
  type TextField,
  tidyTags,
  tidyText,
  USER_ID,
  WA_ID,
} from '../profiles/profile-fields.js';

/** What a list says about a customer's consent. Without a time, it counts as of the import. */
export interface ListedConsent {
  refuses: boolean;
  at: Date | null;
  /** The importer says it of the whole list, and no column of this person. */
  isOfList?: true;
}

/** What a row of a file says. Null or absent means that the row says nothing, never that a field should be emptied. */
export interface CustomerRow {
  phone: string | null;
  waId: string | null;
  userId: string | null;
  texts: Partial<Record<TextField, string>>;
  tags: string[] | null;
  isActive: boolean | null;
  attributes: Record<string, unknown> | null;
  /** The original text of the attributes, if nothing had to be added: numbers keep all their digits. */
  attributesText: string | null;
  consent: ListedConsent | null;
}

export interface RowError {
  /** Index of the column; null if the whole row is wrong. */
  column: number | null;
  message: string;
}

export interface RowReading {
  columns: readonly CsvColumn[];
  defaultCountry: string | undefined;
  /** Converts attributes that look like numbers, booleans or JSON. */
  areValuesTyped: boolean;
  now: Date;
  /** When the people on the list agreed, as the importer says. */
  listAgreedAt: Date | null;
}

/** Matches JSON numbers that JavaScript, or even PostgreSQL, may be unable to hold. */
const EXTREME_NUMBER = /\d[eE][+-]?\d{3}|\d{309}/;
const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/;
const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];

export function readRow(cells: readonly string[], reading: RowReading): CustomerRow | RowError[] {
  const { columns } = reading;
  const errors: RowError[] = [];
  if (cells.length > columns.length) {
    return [{ column: null, message: `has ${cells.length} cells, the header has ${columns.length}` }];
  }
  const row: CustomerRow = {
    phone: null,
    waId: null,
    userId: null,
    texts: {},
    tags: null,
    isActive: null,
    attributes: null,
    attributesText: null,
    consent: null,
  };
  const said: SaidOfConsent = {};
  for (const [index, cell] of cells.entries()) {
    const column = columns[index];
    if (column === undefined || column.to === 'nothing' || cell === '') continue;
    const text = fromCsvCell(cell).trim();
    if (text === '') continue;
    const message = text.includes('\0')
      ? 'holds a character that cannot be stored'
      : readCell(row, said, column, text, reading);
    if (message !== undefined) errors.push({ column: index, message });
  }
  if (row.waId !== null && (row.phone === null || !waIdVariants(row.phone).includes(`+${row.waId}`))) {
    errors.push({ column: null, message: 'has a waId that is not a spelling of the phone number' });
  }
  if (row.phone === null && row.userId === null && errors.length === 0) {
    errors.push({ column: null, message: 'has no phone number' });
  }
  const { listAgreedAt } = reading;
  row.consent =
    consentOf(said) ?? (listAgreedAt === null ? null : { refuses: false, at: listAgreedAt, isOfList: true });
  return errors.length === 0 ? row : errors;
}

/** Equal for rows about the same person. */
export function identityOf({ phone, userId }: CustomerRow): string {
  return phone === null ? (userId ?? '') : numberIdentity(phone);
}

/** Merges two rows about one person, as if they had been applied one after the other. */
export function mergeRows(earlier: CustomerRow, later: CustomerRow, areTagsAdded: boolean): CustomerRow {
  const attributes =
    earlier.attributes === null || later.attributes === null
      ? (later.attributes ?? earlier.attributes)
      : mergeAttributes(earlier.attributes, later.attributes);
  const isWritten = attributes === later.attributes ? later : earlier;
  return {
    phone: earlier.phone ?? later.phone,
    waId: later.waId ?? earlier.waId,
    userId: later.userId ?? earlier.userId,
    texts: { ...earlier.texts, ...later.texts },
    tags:
      earlier.tags !== null && later.tags !== null && areTagsAdded
        ? tidyTags([...earlier.tags, ...later.tags])
        : (later.tags ?? earlier.tags),
    isActive: later.isActive ?? earlier.isActive,
    attributes,
    attributesText: attributes === isWritten.attributes ? isWritten.attributesText : null,
    consent: mergeConsent(earlier.consent, later.consent),
  };
}

/** Follows the rules of the history: the later date wins, and only a dated agreement overrides a refusal. */
function mergeConsent(one: ListedConsent | null, other: ListedConsent | null): ListedConsent | null {
  if (one === null || other === null) return other ?? one;
  // What a row says of its person is more than what is said of all.
  if (one.isOfList !== other.isOfList) return one.isOfList === true ? other : one;
  const time = ({ at }: ListedConsent): number => at?.getTime() ?? Infinity;
  if (one.refuses === other.refuses) return time(one) <= time(other) ? one : other;
  const [refusal, agreement] = one.refuses ? [one, other] : [other, one];
  return agreement.at !== null && time(agreement) > time(refusal) ? agreement : refusal;
}

interface SaidOfConsent {
  isSubscribed?: boolean;
  optIn?: boolean;
  optInAt?: Date;
  optOutAt?: Date;
}

function consentOf({ isSubscribed, optIn, optInAt, optOutAt }: SaidOfConsent): ListedConsent | null {
  const refusal = { refuses: true, at: optOutAt ?? null };
  const agreement = { refuses: false, at: optInAt ?? null };
  if (isSubscribed === false || optIn === false) return refusal;
  if (optIn === true && optOutAt === undefined) return agreement;
  // "subscribed" alone is the default of every customer without a statement; it does not prove consent.
  if (optInAt === undefined) return optOutAt === undefined ? null : refusal;
  return optOutAt !== undefined && optOutAt >= optInAt ? refusal : agreement;
}

/** Stores the text in its field, or returns what is wrong with it. */
function readCell(
  row: CustomerRow,
  said: SaidOfConsent,
  column: CsvColumn,
  text: string,
  reading: RowReading,
): string | undefined {
  switch (column.to) {
    case 'phoneNumber': {
      const phone = normalizePhone(text, reading.defaultCountry);
      if (!phone.ok) return phone.reason;
      row.phone = phone.e164;
      return undefined;
    }
    case 'waId':
      row.waId = text.replace(/^\+/, '');
      return WA_ID.test(row.waId) ? undefined : 'must be a number in digits, as Meta writes it';
    case 'whatsappUserId':
      row.userId = text;
      return USER_ID.test(text) ? undefined : 'must be a business-scoped user id of Meta';
    case 'text':
      return readText(row, column.field, text);
    case 'tags':
      return readTags(row, text);
    case 'isActive': {
      const isActive = yesOrNo(text);
      if (isActive === undefined) return 'must be true or false';
      row.isActive = isActive;
      return undefined;
    }
    case 'attributes':
      return readAttributes(row, text);
    case 'attribute':
      return readAttribute(row, column.path, text, reading.areValuesTyped);
    default:
      return readConsent(said, column.to, text, reading.now);
  }
}

function readText(row: CustomerRow, field: TextField, text: string): string | undefined {
  const { max } = TEXT_FIELDS[field];
  if (field === 'country' && !COUNTRY.test(text)) return 'must be a two-letter country code, as in IN';
  if (field === 'email' && !EMAIL.test(text)) return 'must be an e-mail address';
  if (text.length > max) return `must have at most ${max} characters`;
  row.texts[field] = tidyText(field, text) ?? '';
  return undefined;
}

function readTags(row: CustomerRow, text: string): string | undefined {
  const listed = text.startsWith('[') ? parsed(text) : undefined;
  const listedTags =
    Array.isArray(listed) && listed.every((tag) => typeof tag === 'string')
      ? listed
      : text.split(text.includes(';') ? ';' : ',');
  const tags = tidyTags(listedTags);
  if (tags.length > MAX_TAGS) return `must be at most ${MAX_TAGS} tags`;
  if (tags.some((tag) => tag.length > MAX_TAG)) return `must be tags of at most ${MAX_TAG} characters`;
  if (unstorable(tags) !== undefined) return 'holds a character that cannot be stored';
  row.tags = tags;
  return undefined;
}

function readAttributes(row: CustomerRow, text: string): string | undefined {
  const value = parsed(text);
  if (!isJsonObject(value)) return 'must be a JSON object';
  const problem = unstorable(value);
  if (problem !== undefined) return problem.message;
  if (EXTREME_NUMBER.test(text) && EXTREME_NUMBER.test(text.replace(JSON_STRING, '""'))) {
    return 'holds a number out of range';
  }
  // Single attribute columns further left are already in the row and take precedence.
  row.attributesText = row.attributes === null ? text : null;
  row.attributes = row.attributes === null ? value : mergeAttributes(value, row.attributes);
  return undefined;
}

function readAttribute(
  row: CustomerRow,
  path: readonly string[],
  text: string,
  isTyped: boolean,
): string | undefined {
  const value = isTyped ? typed(text) : text;
  if (unstorable(value) !== undefined) return 'holds something that cannot be stored';
  const nested = path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  row.attributes = mergeAttributes(row.attributes ?? {}, nested as Record<string, unknown>);
  row.attributesText = null;
  return undefined;
}

/** Only text that survives the round trip becomes a number: 007 and 12345678901234567890 stay text. */
function typed(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  const first = text.charCodeAt(0);
  const isDigitOrMinus = (first >= 48 && first <= 57) || first === 45;
  if (isDigitOrMinus)
    return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
  if (text.startsWith('{') || text.startsWith('[')) return parsed(text) ?? text;
  return text;
}

function readConsent(
  said: SaidOfConsent,
  to: 'subscription' | 'optIn' | 'optInAt' | 'optOutAt' | 'nothing',
  text: string,
  now: Date,
): string | undefined {
  switch (to) {
    case 'subscription': {
      const word = text.toLowerCase();
      if (word !== 'subscribed' && word !== 'unsubscribed') return 'must be subscribed or unsubscribed';
      said.isSubscribed = word === 'subscribed';
      return undefined;
    }
    case 'optIn': {
      const optIn = yesOrNo(text);
      if (optIn === undefined) return 'must be true or false';
      said.optIn = optIn;
      return undefined;
    }
    case 'nothing':
      return undefined;
    default: {
      const at = INSTANT.test(text) ? new Date(text) : undefined;
      if (at === undefined || Number.isNaN(at.getTime())) return 'must be a time, as in 2025-06-01T10:00:00Z';
      if (at > now) return 'must not be in the future';
      said[to] = at;
      return undefined;
    }
  }
}

function yesOrNo(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { unstorable } from '../../platform/database/storable-text.js';
import { asObject, asObjects, asText } from '../../whatsapp/json/json-fields.js';

/** The fields requested for each template. */
export const TEMPLATE_FIELDS = [
  'id',
  'name',
  'language',
  'status',
  'category',
  'correct_category',
  'parameter_format',
  'components',
  'quality_score',
  'rejected_reason',
] as const;

/** One item of Meta's listing. */
export interface ListedTemplate {
  metaTemplateId: string;
  name: string;
  language: string;
  category: string;
  nextCategory: string | null;
  status: string;
  statusReason: string | null;
  qualityScore: string | null;
  parameterFormat: string;
  components: Record<string, unknown>[];
}

const MAX_NAME = 512;
const MAX_WORD = 40;

const word = (value: unknown, length = MAX_WORD): string | null =>
  asText(value)?.toUpperCase().slice(0, length) ?? null;

/** Signed addresses of the example files: they change in every listing and expire within days. */
export function withoutSignedExamples(
  components: readonly Record<string, unknown>[],
): Record<string, unknown>[] {
  const text = JSON.stringify(components, (key, value: unknown) =>
    key === 'header_handle' ? undefined : value,
  );
  return JSON.parse(text) as Record<string, unknown>[];
}

/** null: an item without a name, language or id, or with text that cannot be stored, is useless. */
export function readListedTemplate(raw: unknown): ListedTemplate | null {
  const item = asObject(raw);
  if (item === undefined || unstorable(item) !== undefined) return null;
  const id = asText(item['id']);
  const name = asText(item['name']);
  const language = asText(item['language']);
  if (id === undefined || name === undefined || language === undefined) return null;
  if (id.length > 64 || name.length > MAX_NAME || language.length > 20) return null;
  const category = word(item['category']) ?? 'UNKNOWN';
  const next = word(item['correct_category']);
  const reason = word(item['rejected_reason'], 500);
  return {
    metaTemplateId: id,
    name,
    language,
    category,
    nextCategory: next === category ? null : next,
    status: word(item['status']) ?? 'UNKNOWN',
    statusReason: reason === 'NONE' ? null : reason,
    qualityScore: word(asObject(item['quality_score'])?.['score'], 20),
    parameterFormat: word(item['parameter_format'], 20) ?? 'POSITIONAL',
    components: withoutSignedExamples(asObjects(item['components'])),
  };
}

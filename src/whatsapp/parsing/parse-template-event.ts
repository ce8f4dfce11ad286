import { asInstant, asObject, asText, type JsonObject } from '../json/json-fields.js';
import { normaliseLanguage } from './template-language.js';
import { type Entry, type TemplateEvent } from './webhook-events.js';

const text = (value: unknown): string | null => asText(value) ?? null;

/** null: an undocumented form of the field. */
export function parseTemplateEvent(field: string, value: JsonObject, entry: Entry): TemplateEvent | null {
  const language = asText(value['message_template_language']);
  const about = {
    ...entry,
    templateId: text(value['message_template_id']),
    name: text(value['message_template_name']),
    language: language === undefined ? null : normaliseLanguage(language),
    raw: value,
  };
  // Meta's page shows a change of quality under the field of status changes, so its content decides.
  const quality = asText(value['new_quality_score']);
  if (quality !== undefined) {
    return { ...about, kind: 'quality', previous: text(value['previous_quality_score']), current: quality };
  }
  if (field === 'message_template_components_update') return { ...about, kind: 'components' };
  if (field === 'template_category_update') {
    return {
      ...about,
      kind: 'category',
      category: text(value['new_category']),
      previousCategory: text(value['previous_category']),
      nextCategory: text(value['correct_category']),
      at: asInstant(value['category_update_timestamp']),
    };
  }
  const event = asText(value['event']);
  if (event === undefined) return null;
  const more = asObject(value['other_info']);
  const rejection = asObject(value['rejection_info']);
  return {
    ...about,
    kind: 'status',
    event,
    reason: text(value['reason']),
    category: text(value['message_template_category']),
    title: text(more?.['title']),
    description: text(more?.['description']) ?? text(rejection?.['reason']),
  };
}

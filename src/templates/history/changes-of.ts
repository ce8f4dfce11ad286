import type { NewEvent } from './new-event.js';

interface TemplateFacts {
  status: string;
  category: string;
  qualityScore: string | null;
}

/** What a change of Meta's means for the history: nothing if the facts are as before. */
export function changesOf(
  template: Pick<NewEvent, 'organizationId' | 'businessAccountId' | 'name' | 'language'>,
  before: TemplateFacts,
  after: TemplateFacts,
  reason: string | null,
): NewEvent[] {
  const { organizationId, businessAccountId, name, language } = template;
  const about = { organizationId, businessAccountId, name, language };
  const events: NewEvent[] = [];
  if (before.status !== after.status) {
    const kind = after.status.toLowerCase();
    events.push({ ...about, kind, before: before.status, after: after.status, reason });
  }
  if (before.category !== after.category) {
    events.push({ ...about, kind: 'category_changed', before: before.category, after: after.category });
  }
  if (before.qualityScore !== after.qualityScore) {
    events.push({
      ...about,
      kind: 'quality_changed',
      before: before.qualityScore,
      after: after.qualityScore,
    });
  }
  return events;
}

import { notFound } from '../../src/rules/errors/domain-error.js';
import { nullable, oneOf, overlay, readInput, text } from '../input-reader.js';
import type { SimulatorState } from '../simulator-state.js';
import {
  QUALITY_SCORES,
  TEMPLATE_CATEGORIES,
  TEMPLATE_STATUSES,
  type Template,
} from '../templates/template.js';

interface TemplateChange {
  language: string | null;
  status: Template['status'] | null;
  quality: Template['quality'] | null;
  category: Template['category'] | null;
}

const change = overlay<TemplateChange>(
  { language: null, status: null, quality: null, category: null },
  {
    language: nullable(text),
    status: nullable(oneOf(...TEMPLATE_STATUSES)),
    quality: nullable(oneOf(...QUALITY_SCORES)),
    category: nullable(oneOf(...TEMPLATE_CATEGORIES)),
  },
);

/** Changes Meta's state of a template and notifies the app. A name stands for all its languages. */
export function changeTemplate(
  { templates, review }: SimulatorState,
  idOrName: string,
  given: unknown,
): object {
  const { language, status, quality, category } = readInput(change, given, 'template change');
  const byId = templates.get(idOrName);
  const named = byId === undefined ? templates.named(idOrName) : [byId];
  const meant = named.filter((template) => language === null || template.language === language);
  if (meant.length === 0) throw notFound('template', idOrName);
  for (const template of meant) {
    if (quality !== null && quality !== template.quality) review.rate(template, quality);
    if (category !== null && category !== template.category) review.recategorize(template, category);
    if (status !== null && status !== template.status) review.move(template, status);
  }
  return {
    data: meant.map(({ id, name, ...rest }) => ({
      id,
      name,
      language: rest.language,
      status: rest.status,
      quality: rest.quality,
      category: rest.category,
    })),
  };
}

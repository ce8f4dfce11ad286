import { BODY_EXAMPLES, lintEnds, lintVariables } from './lint-text.js';
import { buttonTypes, lintButtons } from './lint-buttons.js';
import { formatOf, type KnownAssets, lintHeader } from './lint-header.js';
import type { LintReport } from './lint-report.js';
import { type Component, componentsIn, textIn, typeOf } from './template-draft.js';

const FEWEST_CARDS = 2;
const MOST_CARDS = 10;
const BODY_LIMIT = 160;
const MOST_BUTTONS = 2;
const CARD_FORMATS = ['IMAGE', 'VIDEO', 'PRODUCT'];
const PARTS = ['HEADER', 'BODY', 'BUTTONS'];

/** Two to ten cards, all built alike: Meta shows them side by side. */
export function lintCarousel(
  report: LintReport,
  component: Component,
  field: string,
  options: { parameterFormat: string | undefined; assets: KnownAssets },
): void {
  const cards = componentsIn(component['cards']);
  if (cards.length < FEWEST_CARDS || cards.length > MOST_CARDS) {
    report.error(`${field}.cards`, `must have ${FEWEST_CARDS} to ${MOST_CARDS} cards`);
  }
  const [first] = cards;
  for (const [index, card] of cards.entries()) {
    const place = `${field}.cards.${index}`;
    lintCard(report, card, place, options);
    if (first !== undefined && shapeOf(card) !== shapeOf(first)) {
      report.error(place, 'must have the same parts, formats and buttons as the first card');
    }
  }
}

function lintCard(
  report: LintReport,
  card: Component,
  place: string,
  { parameterFormat, assets }: { parameterFormat: string | undefined; assets: KnownAssets },
): void {
  const parts = componentsIn(card['components']);
  const has = (type: string): boolean => parts.some((part) => typeOf(part) === type);
  if (!has('HEADER')) report.error(`${place}.components`, 'needs a HEADER with a picture or a film');
  if (!has('BUTTONS')) report.error(`${place}.components`, 'needs BUTTONS');
  for (const [index, part] of parts.entries()) {
    const field = `${place}.components.${index}`;
    switch (typeOf(part)) {
      case 'HEADER':
        lintHeader(report, part, field, { formats: CARD_FORMATS, parameterFormat, assets });
        break;
      case 'BODY':
        if (!report.text(`${field}.text`, part['text'], BODY_LIMIT, { lines: true })) break;
        lintVariables(report, part, field, BODY_EXAMPLES, parameterFormat);
        lintEnds(report, textIn(part['text']), `${field}.text`);
        break;
      case 'BUTTONS':
        lintButtons(report, part, field, MOST_BUTTONS);
        break;
      default:
        report.error(`${field}.type`, `must be one of ${PARTS.join(', ')}`);
    }
  }
}

function shapeOf(card: Component): string {
  const parts = componentsIn(card['components']).map((part) => {
    const type = typeOf(part);
    return type === 'HEADER' ? `HEADER ${formatOf(part)}` : [type, ...buttonTypes(part)].join(' ');
  });
  return parts.sort().join('|');
}

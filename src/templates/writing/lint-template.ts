import { buttonTypes, lintButtons } from './lint-buttons.js';
import { lintCarousel } from './lint-carousel.js';
import { type KnownAssets, lintHeader } from './lint-header.js';
import { LintReport } from './lint-report.js';
import { BODY_EXAMPLES, lintEnds, lintVariables } from './lint-text.js';
import { namesWayOut } from './way-out.js';
import {
  type Component,
  componentsIn,
  isComponent,
  type TemplateDraft,
  textIn,
  typeOf,
} from './template-draft.js';

const BODY_LIMIT = 1_024;
const BODY_LIMIT_OF_OFFER = 600;
const FOOTER_LIMIT = 60;
const OFFER_LIMIT = 16;
const NAME = /^[a-z0-9_]{1,512}$/;
const HEADER_FORMATS = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'GIF', 'LOCATION', 'PRODUCT'];
const PARTS = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'LIMITED_TIME_OFFER', 'CAROUSEL'];

/** What Meta's review would refuse at once, found before it is asked: its budget of creations and edits is small. */
export function lintTemplate(draft: TemplateDraft, assets: KnownAssets): LintReport {
  const report = new LintReport();
  if (!NAME.test(draft.name))
    report.error('name', 'may have lower-case letters, digits and underscores, at most 512');
  lintParts(report, draft);
  if (draft.category === 'AUTHENTICATION') lintAuthentication(report, draft);
  else {
    for (const [index, component] of draft.components.entries())
      lintPart(report, component, `components.${index}`, draft, assets);
    if (part(draft, 'BODY') === undefined) report.error('components', 'needs a BODY');
  }
  if (draft.category === 'MARKETING' && !namesWayOut(draft.components)) {
    report.warn(
      'components',
      'tells people no way to stop: add a quick reply or a footer such as "Reply STOP to unsubscribe"',
    );
  }
  return report;
}

function part({ components }: TemplateDraft, type: string): Component | undefined {
  return components.find((component) => typeOf(component) === type);
}

function lintParts(report: LintReport, draft: TemplateDraft): void {
  const types = draft.components.map(typeOf);
  for (const [index, type] of types.entries()) {
    if (!PARTS.includes(type)) report.error(`components.${index}.type`, `must be one of ${PARTS.join(', ')}`);
    else if (types.indexOf(type) < index) report.error(`components.${index}`, `is a second ${type}`);
  }
}

function lintPart(
  report: LintReport,
  component: Component,
  field: string,
  draft: TemplateDraft,
  assets: KnownAssets,
): void {
  const { parameterFormat } = draft;
  const isOffer = part(draft, 'LIMITED_TIME_OFFER') !== undefined;
  switch (typeOf(component)) {
    case 'HEADER':
      lintHeader(report, component, field, { formats: HEADER_FORMATS, parameterFormat, assets });
      break;
    case 'BODY': {
      const limit = isOffer ? BODY_LIMIT_OF_OFFER : BODY_LIMIT;
      if (!report.text(`${field}.text`, component['text'], limit, { lines: true })) break;
      lintVariables(report, component, field, BODY_EXAMPLES, parameterFormat);
      lintEnds(report, textIn(component['text']), `${field}.text`);
      break;
    }
    case 'FOOTER':
      if (report.text(`${field}.text`, component['text'], FOOTER_LIMIT) && /\{\{/.test(component['text']))
        report.error(`${field}.text`, 'must not have variables');
      if (isOffer) report.error(field, 'does not go together with a limited-time offer');
      break;
    case 'BUTTONS':
      lintButtons(report, component, field);
      break;
    case 'LIMITED_TIME_OFFER':
      lintOffer(report, component, field, draft);
      break;
    case 'CAROUSEL':
      lintCarousel(report, component, field, { parameterFormat, assets });
      for (const other of ['HEADER', 'FOOTER', 'BUTTONS']) {
        if (part(draft, other) !== undefined)
          report.error(field, `goes together with a BODY alone, not with ${other}`);
      }
      break;
  }
}

/** The code to copy comes first, the link after it. */
function lintOffer(report: LintReport, component: Component, field: string, draft: TemplateDraft): void {
  const terms = isComponent(component['limited_time_offer']) ? component['limited_time_offer'] : {};
  report.text(`${field}.limited_time_offer.text`, terms['text'], OFFER_LIMIT);
  if (draft.category !== 'MARKETING') report.error('category', 'must be MARKETING for a limited-time offer');
  const types = buttonTypes(part(draft, 'BUTTONS'));
  if (!types.includes('URL')) report.error(field, 'needs a URL button');
  if (types.indexOf('COPY_CODE') > 0) report.error(field, 'needs its COPY_CODE button in the first place');
}

/** Meta writes these texts itself: only the button and a few flags are ours. */
function lintAuthentication(report: LintReport, draft: TemplateDraft): void {
  const buttons = part(draft, 'BUTTONS');
  const types = buttons === undefined ? [] : componentsIn(buttons['buttons']).map(typeOf);
  if (types.length !== 1 || types[0] !== 'OTP')
    report.error('components', 'of an AUTHENTICATION template need exactly one button, of type OTP');
  for (const [index, component] of draft.components.entries()) {
    if (!['BODY', 'FOOTER', 'BUTTONS'].includes(typeOf(component)))
      report.error(
        `components.${index}.type`,
        'must be BODY, FOOTER or BUTTONS in an AUTHENTICATION template',
      );
    if (typeOf(component) === 'BODY' && component['text'] !== undefined)
      report.error(`components.${index}.text`, 'is written by Meta for AUTHENTICATION: leave it out');
  }
}

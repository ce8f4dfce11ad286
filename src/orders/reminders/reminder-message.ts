import { SKIPPED } from '../../messages/judgement/judgement.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type CompiledTemplate, renderTemplate } from '../../templates/rendering/render-template.js';
import {
  type Addressee,
  type MessagePayload,
  templateMessage,
  textMessage,
} from '../../whatsapp/payloads/message-payload.js';
import { cut } from '../notices/notice-text.js';
import { fillText, type Placeholder, type ReminderSettings } from '../settings/commerce-settings.js';

export type NotReminded =
  | 'overtaken'
  | 'no_sender'
  | 'no_address'
  | 'window_closed'
  | 'template_unusable'
  | 'values_missing'
  | 'ordered'
  | 'unsubscribed'
  | 'customer_inactive'
  | 'customer_deleted'
  | 'us_number'
  | 'frequency_cap'
  | 'cart_changed';

export const USUAL_TEXT =
  'Hello {{customerName}}, your cart is waiting for you:\n{{items}}\nTotal: {{total}}';
const MAX_TEXT = 4_096;

export interface UsableTemplate {
  name: string;
  language: string;
  compiled: CompiledTemplate;
  category: 'MARKETING' | 'UTILITY';
}

export interface ReminderContent {
  payload: MessagePayload;
  category: 'MARKETING' | 'UTILITY' | null;
  needsOpenWindow: boolean;
  fallback: { payload: MessagePayload; category: 'MARKETING' | 'UTILITY'; isMarketing: true } | null;
}

/** Text inside the service window, else the template, else why not. */
export function reminderContent(
  { text, templateName }: Pick<ReminderSettings, 'text' | 'templateName'>,
  template: UsableTemplate | undefined,
  { to, values, isOpen }: { to: Addressee; values: Record<Placeholder, string>; isOpen: boolean },
): ReminderContent | NotReminded {
  const filled = template === undefined ? unusable(templateName) : fill(template, to, values);
  const wantsTemplate = !isOpen || (typeof text !== 'string' && typeof templateName === 'string');
  if (wantsTemplate) {
    if (typeof filled === 'string') return filled;
    return { ...filled, needsOpenWindow: false, fallback: null };
  }
  const body = cut(fillText(text ?? USUAL_TEXT, values), MAX_TEXT);
  if (body.trim() === '') return 'values_missing';
  const fallback = typeof filled === 'string' ? null : { ...filled, isMarketing: true as const };
  try {
    return { payload: textMessage({ to }, body), category: null, needsOpenWindow: true, fallback };
  } catch (error) {
    return refusalOf(error);
  }
}

const unusable = (templateName: string | null | undefined): NotReminded =>
  typeof templateName === 'string' ? 'template_unusable' : 'window_closed';

function fill(
  { name, language, compiled, category }: UsableTemplate,
  to: Addressee,
  variables: Record<string, string>,
): { payload: MessagePayload; category: 'MARKETING' | 'UTILITY' } | NotReminded {
  const rendered = renderTemplate(compiled, { variables });
  if (!rendered.ok) return 'values_missing';
  try {
    const { components } = rendered;
    return { payload: templateMessage({ to }, { name, language, components }), category };
  } catch (error) {
    return refusalOf(error);
  }
}

/** One address that cannot be written to holds up no other cart. */
function refusalOf(error: unknown): NotReminded {
  if (error instanceof DomainError) return 'no_address';
  throw error;
}

const REASONS: Readonly<Record<string, NotReminded>> = {
  [SKIPPED.unsubscribed]: 'unsubscribed',
  [SKIPPED.inactive]: 'customer_inactive',
  [SKIPPED.deleted]: 'customer_deleted',
  [SKIPPED.us]: 'us_number',
  ordered: 'ordered',
  cart_changed: 'cart_changed',
};

/** The word for what the judgement says. */
export function reasonOf(skipReason: string): NotReminded {
  return REASONS[skipReason] ?? 'frequency_cap';
}

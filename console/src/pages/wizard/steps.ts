import { readFilling, valueOf } from './blank.ts';
import type { Draft, Parameter, Recipient, Template } from './wizard.query.ts';

export const STEPS = ['message', 'people', 'personalise', 'schedule', 'review'] as const;
export type Step = (typeof STEPS)[number];
/** `open`: nothing has been decided there yet. */
export type Mark = 'done' | 'todo' | 'open';

export interface Known {
  draft: Pick<
    Draft,
    | 'targetType'
    | 'segmentQuery'
    | 'sourceCampaignId'
    | 'totalRecipients'
    | 'templateVariables'
    | 'scheduledFor'
  >;
  /** Null: Meta does not list it. Undefined: it is being looked up. */
  template: Pick<Template, 'status' | 'parameters'> | null | undefined;
  /** One of those who are listed one by one. */
  listed: Pick<Recipient, 'variables'> | undefined;
  now: number;
}

export function marksOf(known: Known): Record<Step, Mark> {
  const { draft, template, now } = known;
  const isPast = typeof draft.scheduledFor === 'string' && Date.parse(draft.scheduledFor) <= now;
  const isFilled =
    template === undefined || (template?.parameters ?? []).every((blank) => !isMissing(blank, known));
  return {
    message: template === undefined ? 'open' : template?.status === 'APPROVED' ? 'done' : 'todo',
    people: hasPeople(draft) ? 'done' : 'open',
    personalise: template === undefined ? 'open' : isFilled ? 'done' : 'todo',
    schedule: isPast ? 'todo' : 'done',
    review: 'open',
  };
}

export function hasPeople({
  targetType,
  segmentQuery,
  sourceCampaignId,
  totalRecipients,
}: Pick<Draft, 'targetType' | 'segmentQuery' | 'sourceCampaignId' | 'totalRecipients'>): boolean {
  if (totalRecipients > 0 || targetType === 'all') return true;
  if (targetType === 'segment') return segmentQuery !== null;
  return targetType === 'responders' && sourceCampaignId !== null;
}

/** Nothing fills it: neither the campaign, nor the list, nor a detail of the customer that has its name. */
export function isMissing(blank: Parameter, { draft, listed }: Pick<Known, 'draft' | 'listed'>): boolean {
  if (!blank.required || readFilling(valueOf(blank, draft.templateVariables)) !== undefined) return false;
  return !blank.keys.some((key) => key === 'name' || Object.hasOwn(listed?.variables ?? {}, key));
}

/** Where a person goes on who comes back. */
export function firstOpen(marks: Readonly<Record<Step, Mark>>): Step {
  return STEPS.find((step) => marks[step] !== 'done') ?? 'review';
}

const CURES: readonly [RegExp, Step][] = [
  [/^template_|^products?_/, 'message'],
  [/recipients|nobody|audience|segment/, 'people'],
  [/variables|file|media/, 'personalise'],
  [/schedul|sender|plan/, 'schedule'],
];

/** The step that cures what a start was refused for. */
export function stepThatCures(code: string): Step | undefined {
  return CURES.find(([pattern]) => pattern.test(code))?.[1];
}

import type { Metric } from '../variants/experiment-state.js';

interface Part {
  type?: unknown;
  buttons?: unknown;
  cards?: unknown;
  components?: unknown;
}

const partsOf = (value: unknown): Part[] =>
  Array.isArray(value) ? value.filter((one): one is Part => typeof one === 'object' && one !== null) : [];

/** Whether a template has a button whose presses are known: a quick reply, in the message or on a card. */
export function canClick(components: unknown): boolean {
  return partsOf(components).some(
    ({ buttons, cards }) =>
      partsOf(buttons).some(({ type }) => typeof type === 'string' && type.toUpperCase() === 'QUICK_REPLY') ||
      partsOf(cards).some((card) => canClick(card.components)),
  );
}

/** What can be clicked in the messages of an experiment. */
export interface Clickable {
  /** Those that are known; without any, nothing can be said about clicks. */
  templates: readonly { components: unknown }[];
  hasLinks: boolean;
}

/** What decides unless the operator says so. */
export function defaultMetric({ templates, hasLinks }: Clickable): Metric {
  return hasLinks || templates.some(({ components }) => canClick(components)) ? 'clicked' : 'read';
}

/** Null: it can be measured. */
export function unmeasurable(metric: Metric, clickable: Clickable): string | null {
  if (metric === 'clicked' && clickable.templates.length > 0 && defaultMetric(clickable) !== 'clicked') {
    return 'No variant has a quick reply or a tracked link: nobody can click.';
  }
  if (metric === 'revenue') {
    return 'Revenue is shown for each campaign, and does not decide an experiment.';
  }
  return null;
}

import type { OrganizationChanges, OrganizationSettings } from './organisation.query.ts';

type Confirmation = 'builtIn' | 'none' | 'own';

/** The settings as the form holds them: texts as they are typed. */
export interface Values {
  name: string;
  defaultCountry: string;
  consentPolicy: OrganizationSettings['consentPolicy'];
  hasCap: boolean;
  capMessages: number;
  capDays: number;
  stopWords: string;
  startWords: string;
  stop: { kind: Confirmation; text: string };
  start: { kind: Confirmation; text: string };
}

const confirmationOf = (text: string | null): Values['stop'] =>
  text === null ? { kind: 'builtIn', text: '' } : { kind: text === '' ? 'none' : 'own', text };
const textOf = ({ kind, text }: Values['stop']): string | null =>
  kind === 'builtIn' ? null : kind === 'none' ? '' : text.trim();
const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

export function valuesOf(settings: OrganizationSettings): Values {
  const { frequencyCap: cap } = settings;
  return {
    name: settings.name,
    defaultCountry: settings.defaultCountry ?? '',
    consentPolicy: settings.consentPolicy,
    hasCap: cap !== null,
    capMessages: cap?.messages ?? 2,
    capDays: cap?.days ?? 7,
    stopWords: settings.stopWords.join('\n'),
    startWords: settings.startWords.join('\n'),
    stop: confirmationOf(settings.stopConfirmation),
    start: confirmationOf(settings.startConfirmation),
  };
}

/** Where links may lead, and how long a touch counts, have no place in the form, so they stay as they are. */
export function changesOf(
  values: Values,
): Required<Omit<OrganizationChanges, 'linkDomains' | 'attributionWindows'>> {
  return {
    name: values.name.trim(),
    defaultCountry: values.defaultCountry.trim() === '' ? null : values.defaultCountry.trim().toUpperCase(),
    consentPolicy: values.consentPolicy,
    frequencyCap: values.hasCap ? { messages: values.capMessages, days: values.capDays } : null,
    stopWords: linesOf(values.stopWords),
    startWords: linesOf(values.startWords),
    stopConfirmation: textOf(values.stop),
    startConfirmation: textOf(values.start),
  };
}

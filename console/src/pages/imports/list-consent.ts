export interface ListConsent {
  hasAgreed: boolean;
  source: string;
  /** YYYY-MM-DD, or empty. */
  day: string;
  text: string;
}

type Problem = 'consentMissing' | 'sourceMissing' | 'atMissing' | 'atFuture';

export interface ReadConsent {
  problems: { hasAgreed?: Problem; source?: Problem; day?: Problem };
  /** As the import takes it; undefined while something is missing. */
  options: Readonly<Record<string, string>> | undefined;
}

/** A day counts from its beginning; of today that may still be to come in UTC, so then it is now. */
export function consentOf(
  { hasAgreed, source, day, text }: ListConsent,
  today: string,
  nowMs: number,
): ReadConsent {
  const problems: ReadConsent['problems'] = {
    ...(hasAgreed ? {} : { hasAgreed: 'consentMissing' as const }),
    ...(source.trim() === '' ? { source: 'sourceMissing' as const } : {}),
    ...(!/^\d{4}-\d{2}-\d{2}$/.test(day)
      ? { day: 'atMissing' as const }
      : day > today
        ? { day: 'atFuture' as const }
        : {}),
  };
  if (Object.keys(problems).length > 0) return { problems, options: undefined };
  const at = new Date(Math.min(Date.parse(`${day}T00:00:00Z`), Math.floor(nowMs)));
  return {
    problems,
    options: {
      consentSource: source.trim(),
      consentAt: at.toISOString(),
      ...(text.trim() === '' ? {} : { consentText: text.trim() }),
    },
  };
}

const rules = new Map<string, Intl.PluralRules>();

/** The form of a word for a count: `plural(n, { one: 'person', other: 'people' })`. */
export function plural(
  count: number,
  forms: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>,
  locale = 'en',
): string {
  const known = rules.get(locale) ?? new Intl.PluralRules(locale);
  rules.set(locale, known);
  return forms[known.select(count)] ?? forms.other;
}

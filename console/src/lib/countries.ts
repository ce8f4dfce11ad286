const LETTERS = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
/** Codes that have a name but no phone numbers of their own. */
const OTHERS = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AQ', 'BV', 'HM', 'TF', 'GS', 'CP', 'UM']);
const known = new Map<string, readonly (readonly [code: string, name: string])[]>();

/** Every country with its name in the reader's language, by name. The browser knows them. */
export function countries(locale: string): readonly (readonly [code: string, name: string])[] {
  const found = known.get(locale);
  if (found !== undefined) return found;
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
  const list = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !OTHERS.has(code) && isCurrent(code))
    .flatMap((code) => {
      const name = names.of(code);
      return name === undefined ? [] : [[code, name] as const];
    })
    .sort(([, one], [, other]) => one.localeCompare(other, locale));
  known.set(locale, list);
  return list;
}

/** A code that was given up, such as SU, leads to another. */
function isCurrent(code: string): boolean {
  return Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;
}

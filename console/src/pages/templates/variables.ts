const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** The blanks of a text, each once: numbers in their order, names as they come. */
export function variablesOf(text: string): string[] {
  const names = [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name ?? ''))];
  return names.every((name) => /^\d+$/.test(name)) ? names.toSorted((a, b) => Number(a) - Number(b)) : names;
}

/** A blank without a sample stays a blank. */
export function filled(text: string, part: string, samples: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (blank, name: string) => {
    const sample = samples[`${part}.${name}`] ?? '';
    return sample === '' ? blank : sample;
  });
}

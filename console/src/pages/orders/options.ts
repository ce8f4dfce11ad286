/** The options of a variant in a line: `5 days · Premium`. */
export function optionsOf(options: Readonly<Record<string, unknown>> | null | undefined): string {
  return Object.values(options ?? {})
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join(' · ');
}

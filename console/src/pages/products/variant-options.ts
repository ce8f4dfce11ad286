/** `Size: L` a line. Undefined: a line is not such a pair. */
export function readOptions(text: string): Record<string, string> | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const pairs = lines.map((line): [string, string] | undefined => {
    const [name = '', ...rest] = line.split(':');
    const value = rest.join(':').trim();
    return name.trim() === '' || value === '' ? undefined : [name.trim(), value];
  });
  return pairs.every((pair) => pair !== undefined) ? Object.fromEntries(pairs) : undefined;
}

export function writeOptions(options: Readonly<Record<string, unknown>> | undefined): string {
  return Object.entries(options ?? {})
    .map(([name, value]) => `${name}: ${typeof value === 'string' || typeof value === 'number' ? value : ''}`)
    .join('\n');
}

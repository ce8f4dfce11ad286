import type { Messages } from './en.ts';

const ACCENTS: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', n: 'ñ', c: 'ç' };

function lengthen(text: string): string {
  const accented = text.replace(/[aeiounc]/g, (letter) => ACCENTS[letter] ?? letter);
  return `${accented} ${'·'.repeat(Math.ceil(text.length * 0.4))}`.trim();
}

/** Every text 40 per cent longer, to find boxes that only English fits into. Shown from right to left. */
function pseudo(tree: unknown): unknown {
  if (typeof tree === 'string') return lengthen(tree);
  if (typeof tree === 'function') {
    return (...values: unknown[]) => pseudo((tree as (...given: unknown[]) => unknown)(...values));
  }
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, pseudo(value)]));
}

const parts = new WeakMap<object, object>();

function part<T extends object>(words: T): T {
  const known = parts.get(words) ?? (pseudo(words) as object);
  parts.set(words, known);
  return known as T;
}

export const pseudoOf = (messages: Messages) => ({
  texts: { ...(pseudo(messages) as Messages), locale: messages.locale },
  part,
});

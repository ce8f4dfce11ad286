import type { FieldError } from '../../rules/errors/domain-error.js';

const MAX_DEPTH = 64;

/**
 * Finds what JSON allows and PostgreSQL cannot store (NUL, half a surrogate pair), and nesting so deep that code
 * which walks over it would overflow the stack. Iterative for that very reason.
 */
export function unstorable(value: unknown): FieldError | undefined {
  const stack: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { path, depth } = item;
    if (typeof item.value === 'string') {
      if (!storableText(item.value))
        return { field: path, message: 'holds a character that cannot be stored' };
      continue;
    }
    if (typeof item.value !== 'object' || item.value === null) continue;
    if (depth === MAX_DEPTH)
      return { field: path.slice(0, 100), message: `is nested more than ${MAX_DEPTH} levels deep` };
    for (const [key, inner] of Object.entries(item.value)) {
      if (!storableText(key))
        return { field: path, message: 'has a name with a character that cannot be stored' };
      if (typeof inner === 'string' ? !storableText(inner) : typeof inner === 'object') {
        stack.push({ value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

function storableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

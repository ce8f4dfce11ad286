import type { settingsWords } from '../../../messages/settings.ts';

type Words = (typeof settingsWords)['activity'];

/** An entry of the audit log as a sentence without its subject. What has no words yet stays as it is. */
export function sayAction(action: string, words: Words): string {
  const special = words.special[action];
  if (special !== undefined) return special;
  const [method = '', path = ''] = action.split(' ', 2);
  const fixed = path.split('/').filter((part) => part !== '' && !part.startsWith(':') && part !== 'api');
  const last = fixed.at(-1) ?? '';
  const verb = words.verbs[last];
  const noun = words.nouns[last];
  if (noun !== undefined) return words.acts[method]?.(noun) ?? action;
  const object = fixed.slice(0, -1).findLast((part) => words.nouns[part] !== undefined);
  return verb === undefined || object === undefined ? action : verb(words.nouns[object] ?? object);
}

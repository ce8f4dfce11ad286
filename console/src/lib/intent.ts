import { newKey } from './new-key.ts';

/** A key for one intent: the same request again has the same key, so it is carried out once; another has a new one. */
export function intent(): (request: unknown) => string {
  let last: { request: string; key: string } | undefined;
  return (request) => {
    const text = JSON.stringify(request);
    if (last?.request !== text) last = { request: text, key: newKey() };
    return last.key;
  };
}

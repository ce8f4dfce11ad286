const SAFE = ['https:', 'tel:', 'mailto:'];

/** An address from data that may stand in a link; undefined: it may not. */
export function safeUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return SAFE.includes(url.protocol) ? url.href : undefined;
}

/** A path of this console to go to after signing in. Anything else leads to the start. */
export function safePath(text: string | null): string {
  // A second slash or a backslash would name another site.
  return text !== null && /^\/(?![/\\])/.test(text) && !/[\\\s]/.test(text) ? text : '/';
}

import { type LinkDefinition, UTM_FIELDS, type Utm } from './link-definition.js';

export type Destination = Pick<LinkDefinition, 'url' | 'fallback' | 'utm'>;

/** The value of a placeholder as written, `{{name|there}}`; undefined: there is none. */
export type FillHole = (hole: string) => string | undefined;

const HOLES = /(\{\{[^{}]+\}\})/;

export function needsValues({ url }: Pick<Destination, 'url'>): boolean {
  return HOLES.test(url);
}

/** Where a click leads. Without a value for every placeholder it is the fallback. */
export function addressOf({ url, fallback, utm }: Destination, fill: FillHole = () => undefined): string {
  return inHeader(withUtm(filled(url, fill) ?? fallback ?? url.split(HOLES, 1)[0] ?? '', utm));
}

/** A header takes ASCII alone: letters of other alphabets are escaped, in the host by punycode. */
function inHeader(url: string): string {
  return /[^!-~]/.test(url) && URL.canParse(url) ? new URL(url).href : url;
}

/** A value stays within its place: it adds no parameter and ends no path. Slashes are kept, for values that are paths. */
function filled(url: string, fill: FillHole): string | undefined {
  let text = '';
  for (const [index, piece] of url.split(HOLES).entries()) {
    const value = index % 2 === 0 ? piece : fill(piece);
    if (value === undefined) return undefined;
    text += index % 2 === 0 ? piece : encodeURIComponent(value.toWellFormed()).replaceAll('%2F', '/');
  }
  return text;
}

/** Parameters that the address has already stay as its author wrote them. */
export function withUtm(url: string, utm: Utm): string {
  const [before = '', ...rest] = url.split('#');
  const query = before.includes('?') ? before.slice(before.indexOf('?') + 1) : '';
  const present = new Set(query.split('&').map((pair) => pair.split('=', 1)[0]));
  const added = UTM_FIELDS.flatMap((field) => {
    const value = utm[field];
    return value === undefined || present.has(`utm_${field}`)
      ? []
      : [`utm_${field}=${encodeURIComponent(value.toWellFormed())}`];
  });
  if (added.length === 0) return url;
  const joint = !before.includes('?') ? '?' : query === '' || before.endsWith('&') ? '' : '&';
  return [before + joint + added.join('&'), ...rest].join('#');
}

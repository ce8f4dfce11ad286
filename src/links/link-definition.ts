/** The parameters that tell analytics where a visitor came from. */
export const UTM_FIELDS = ['source', 'medium', 'campaign', 'content', 'term'] as const;
export type UtmField = (typeof UTM_FIELDS)[number];
export type Utm = Partial<Record<UtmField, string>>;

/** Where one place of a message leads. */
export interface LinkDefinition {
  /** `button.0`, `card.1.button.0`, or a variable of the body such as `2`. */
  place: string;
  /** May have placeholders after the host. */
  url: string;
  /** Where it leads when a placeholder has no value; an address without any. */
  fallback: string | null;
  utm: Utm;
}

export interface LinkFault {
  field: string;
  message: string;
}

const MOST_LINKS = 20;
const LONGEST_URL = 2_000;
const LONGEST_WORD = 200;
const PLACE = /^(?:(?:card\.\d{1,2}\.)?button\.\d{1,2}|[A-Za-z0-9_]{1,60})$/;
const HOLE = /\{\{[^{}]+\}\}/;
const KNOWN = ['url', 'fallback', 'utm'];

/** Reads the `links` of a campaign, a variant, a rule or a message. What is wrong is listed by field, all at once. */
export function readLinks(given: unknown): { links: LinkDefinition[]; faults: LinkFault[] } {
  const faults: LinkFault[] = [];
  if (given === null || given === undefined) return { links: [], faults };
  if (!isObject(given))
    return { links: [], faults: [{ field: 'links', message: 'must be an object, by place of the message' }] };
  const entries = Object.entries(given);
  if (entries.length > MOST_LINKS)
    faults.push({ field: 'links', message: `must have at most ${MOST_LINKS} links` });
  const links = entries.slice(0, MOST_LINKS).flatMap(([place, link]) => readLink(place, link, faults));
  return { links, faults };
}

function readLink(place: string, given: unknown, faults: LinkFault[]): LinkDefinition[] {
  const field = `links.${place.slice(0, 80)}`;
  const before = faults.length;
  const fault = (message: string, part = ''): void => void faults.push({ field: field + part, message });
  if (!PLACE.test(place)) fault('names no place: write button.0, card.0.button.0, or a variable of the body');
  if (!isObject(given)) {
    fault('must be an object with a url');
    return [];
  }
  for (const name of Object.keys(given)) if (!KNOWN.includes(name)) fault('is unknown', `.${name}`);
  const { url, fallback = null } = given;
  const urlFault = faultOfUrl(url);
  if (urlFault !== null) fault(urlFault, '.url');
  if (fallback !== null) {
    const fallbackFault = faultOfUrl(fallback) ?? (hasHole(fallback) ? 'must have no placeholders' : null);
    if (fallbackFault !== null) fault(fallbackFault, '.fallback');
  } else if (hasHole(url)) {
    fault('is required when the url has placeholders: an address without any', '.fallback');
  }
  const utm = readUtm(given['utm'], (message, part) => {
    fault(message, `.utm${part}`);
  });
  if (faults.length > before) return [];
  return [{ place, url: url as string, fallback: fallback as string | null, utm }];
}

/** The host is fixed when the link is written, so no value of a customer can lead anywhere else. */
function faultOfUrl(url: unknown): string | null {
  if (typeof url !== 'string' || url === '') return 'must be an https address';
  if (url.length > LONGEST_URL) return `must have at most ${LONGEST_URL} characters`;
  if (/\s/.test(url.replace(new RegExp(HOLE, 'g'), ''))) return 'must have no spaces';
  const host = /^https:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (host === undefined) return 'must begin with https://';
  if (host.includes('{')) return 'must name its host without placeholders';
  if (host === '') return 'is not an address';
  if (host.includes('@')) return 'must have no user name';
  const plain = url.replace(new RegExp(HOLE, 'g'), 'x');
  if (/[{}]/.test(plain)) return 'has braces that do not form a placeholder, as in {{name|there}}';
  return URL.canParse(plain) ? null : 'is not an address';
}

function readUtm(given: unknown, fault: (message: string, part: string) => void): Utm {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) {
    fault('must be an object', '');
    return {};
  }
  const utm: Utm = {};
  for (const [name, value] of Object.entries(given)) {
    const field = UTM_FIELDS.find((one) => one === name);
    if (field === undefined) fault(`is unknown; use ${UTM_FIELDS.join(', ')}`, `.${name}`);
    else if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST_WORD)
      fault(`must be a text of up to ${LONGEST_WORD} characters`, `.${name}`);
    else if (/[{}]/.test(value)) fault('must have no placeholders', `.${name}`);
    else utm[field] = value;
  }
  return utm;
}

function hasHole(url: unknown): boolean {
  return typeof url === 'string' && HOLE.test(url);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
const MOST_TITLE = 100;

/** Meta answers with some characters of what we wrote as HTML entities. */
export function decodeEntities(text: string): string {
  return text.replace(ENTITY, (entity, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : entity;
  });
}

/** What two texts have in common when only Meta's rewriting separates them. */
export function comparable(text: string): string {
  return decodeEntities(text).normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** A text of Meta's as we keep it: line breaks stay. */
export function readable(text: string): string {
  return decodeEntities(text).normalize('NFC').trim();
}

/** Meta takes titles of at most 100 characters: a longer one ends after its last whole word. */
export function cutTitle(name: string): string {
  const title = name.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (title.length <= MOST_TITLE) return title;
  const head = title.slice(0, MOST_TITLE + 1);
  const end = head.lastIndexOf(' ');
  // A single word that is too long, or a pair of surrogates at the edge: cut between characters.
  const cut = end > 0 ? head.slice(0, end) : title.slice(0, MOST_TITLE);
  return cut.replace(/[\ud800-\udbff]$/, '').trim();
}

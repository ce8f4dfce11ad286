/** One person of a pasted list, and the line that it stood on, counted from 1. */
export interface PastedPerson {
  phoneNumber: string;
  name?: string;
  line: number;
}

const NUMBER = /[+(]?\d[\d\s().\-/\u00a0\u2010-\u2015]*\d/g;
const LONGEST = 15;
const digitsOf = (text: string): number => text.replace(/\D/g, '').length;

/**
 * Numbers in any spelling, one or several a line, with or without a name. Anything else stays in the list,
 * so that the API says why it refuses it.
 */
export function pastedPeople(text: string): PastedPerson[] {
  return text.split(/\r\n|\r|\n/).flatMap((written, index) => peopleOf(written.trim(), index + 1));
}

function peopleOf(written: string, line: number): PastedPerson[] {
  if (written === '') return [];
  const found = Array.from(written.matchAll(NUMBER), ([number]) => number)
    .flatMap(apart)
    .filter((number) => digitsOf(number) >= 5);
  const [first] = found;
  if (first === undefined) return [{ phoneNumber: written.slice(0, 50), line }];
  if (found.length > 1) return found.map((phoneNumber) => ({ phoneNumber, line }));
  const name = written
    .replace(first, ' ')
    .replace(/[\s,;:<>"\t]+/g, ' ')
    .trim();
  return [{ phoneNumber: first.trim(), line, ...(/\p{L}/u.test(name) ? { name: name.slice(0, 200) } : {}) }];
}

/** Several numbers with nothing but blanks between them. */
function apart(number: string): string[] {
  return digitsOf(number) > LONGEST ? number.split(/\s+/) : [number.trim()];
}

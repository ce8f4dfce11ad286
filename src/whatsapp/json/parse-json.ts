// Meta writes template ids as bare numbers that may exceed 2^53, where JSON.parse silently changes the last digits.
const LONG_INTEGER_AHEAD = /[:[,]\s*-?\d{16}/;
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\w.+-])/g;

/** JSON.parse, except that integers of 16 digits and more arrive as strings with every digit kept. Throws likewise. */
export function parseJsonKeepingIds(text: string): unknown {
  if (!LONG_INTEGER_AHEAD.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_LONG_INTEGER, (token) => (token.startsWith('"') ? token : `"${token}"`)),
  );
}

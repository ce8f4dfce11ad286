/** Full-width signs too, which spreadsheets of East Asia read as plain ones, and the signs of DDE and old macros. */
const FORMULA = /^[=+\-@|%＝＋－＠\t\r\n']/;

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe in front. So does one that begins with an
 * apostrophe itself: then `fromCsvCell` gives back exactly what was put in, whatever it was.
 */
export function toCsvCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

export function fromCsvCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}

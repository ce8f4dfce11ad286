/** What Meta or a person wrote, as a column of this width can take it: PostgreSQL knows no NUL and no half characters. */
export function fit(text: string, max: number): string;
export function fit(text: string | null, max: number): string | null;
export function fit(text: string | null, max: number): string | null {
  return text === null ? null : text.replaceAll('\0', '').slice(0, max).toWellFormed();
}

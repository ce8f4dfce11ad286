/** How two spellings of an address are compared. Domains ignore case, and so do all mail providers of note. */
export function foldEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

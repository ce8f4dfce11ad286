/** All that is kept on the device: how the page looks. Nothing about the shop, and no secret. */
type Name = 'theme' | 'language' | 'bar';

export function remembered(name: Name): string | undefined {
  try {
    return localStorage.getItem(`drumbeat-${name}`) ?? undefined;
  } catch {
    // A browser may forbid it; the page then looks as it does by default.
    return undefined;
  }
}

export function remember(name: Name, value: string): void {
  try {
    localStorage.setItem(`drumbeat-${name}`, value);
  } catch {
    // The choice then holds until the page is closed.
  }
}

export function showTheme(theme: string | undefined): void {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
  else delete document.documentElement.dataset['theme'];
}

interface WeekInfo {
  firstDay: number;
}

/** 1 for Monday to 7 for Sunday. A browser that does not know says Monday, as most countries do. */
export function firstWeekdayOf(locale: string): number {
  const known: Intl.Locale & { getWeekInfo?: () => WeekInfo } = new Intl.Locale(locale);
  return known.getWeekInfo?.().firstDay ?? 1;
}

const UNITS = /^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1] as const;
export const ISO_DURATION = /^P(?=\d|T\d)(\d{1,4}W)?(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,8}M)?(\d{1,9}S)?)?$/;

/** `P5D` is 432,000. A day is 24 hours; months and years have no length. Undefined: not a duration. */
export function secondsOf(duration: string): number | undefined {
  if (!ISO_DURATION.test(duration)) return undefined;
  const [, ...parts] = UNITS.exec(duration) ?? [];
  return SECONDS.reduce((sum, seconds, place) => sum + seconds * Number(parts[place] ?? 0), 0);
}

/** `P5D`, `PT12H`, `P1DT30M`. */
export function isoDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest: [number, string][] = [
    [Math.floor((seconds % 86_400) / 3_600), 'H'],
    [Math.floor((seconds % 3_600) / 60), 'M'],
    [seconds % 60, 'S'],
  ];
  const time = rest.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join('');
  if (days === 0 && time === '') return 'PT0S';
  return `P${days === 0 ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`;
}

/** A part of a whole in whole per cent. 100 and 0 are said only when they are true. */
export function percent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  const exact = (part / whole) * 100;
  if (part > 0 && exact < 1) return 1;
  return part < whole ? Math.min(99, Math.round(exact)) : 100;
}

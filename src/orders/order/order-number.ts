import type { Day } from '../../rules/calendar/day.js';

const SHAPE = /^ORD-\d{4}-\d{6,12}$/;

/** `ORD-2026-000123`; longer after 999,999. */
export function orderNumber(day: Day, place: bigint): string {
  return `ORD-${day.slice(0, 4)}-${place.toString().padStart(6, '0')}`;
}

export const isOrderNumber = (text: string): boolean => SHAPE.test(text);

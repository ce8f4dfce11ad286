import { isUsNumber } from './phone-country.js';

const FIRST = 200;
const LAST = 999;
let codes: readonly string[] | undefined;

/** The area codes that `isUsNumber` accepts, for statements that check many numbers at once. */
export function usAreaCodes(): readonly string[] {
  codes ??= Array.from({ length: LAST - FIRST + 1 }, (_, index) => String(FIRST + index)).filter((code) =>
    isUsNumber(`+1${code}2340123`),
  );
  return codes;
}

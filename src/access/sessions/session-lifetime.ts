/** A session ends after twelve hours without a request, and after seven days in all. */
export const IDLE_SECONDS = 12 * 3_600;
export const LONGEST_SECONDS = 7 * 24 * 3_600;

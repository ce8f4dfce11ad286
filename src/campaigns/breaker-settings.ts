/** What the settings of the breaker mean, in the words both faces document them with. */
export const BREAKER_FIRST =
  'The campaign pauses when so many messages have failed for one cause before any was delivered; null: never for that';
export const BREAKER_PERCENT =
  'The campaign pauses when this share of the messages, in percent, has failed; null: never for that';
export const BREAKER_MIN = 'The share is not looked at before so many messages';

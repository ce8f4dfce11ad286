/**
 * Meta's ids of numbers, accounts and portfolios are digits. They become part of the path of a call, so nothing that
 * a path gives a meaning to (`..`, `/`, `?`) may pass, whatever encoding follows.
 */
export const META_ID = /^\d{1,25}$/;
export const META_ID_LENGTH = 25;

import type { Address } from './orders.query.ts';

export const ADDRESS_FIELDS = [
  'name',
  'line1',
  'line2',
  'postalCode',
  'city',
  'state',
  'country',
  'phone',
] as const;
export type AddressField = (typeof ADDRESS_FIELDS)[number];

/** The lines of a label; what is missing takes no line. */
export function linesOf(address: Address | null): [AddressField, string][] {
  if (address === null) return [];
  return ADDRESS_FIELDS.flatMap((field): [AddressField, string][] => {
    const value = address[field] ?? '';
    return value === '' ? [] : [[field, value]];
  });
}

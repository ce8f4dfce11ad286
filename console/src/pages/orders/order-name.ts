import type { OrderWords } from '../../../messages/orders.ts';

/** The customer's name, or the number if there is no name. */
export function nameOf(
  { customerName, phoneNumber }: { customerName: string; phoneNumber: string | null },
  words: OrderWords,
): string {
  return customerName.trim() === '' ? (phoneNumber ?? words.somebody) : customerName;
}

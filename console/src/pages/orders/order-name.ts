import type { OrderWords } from '../../../messages/orders.ts';

/** Whom it is for: the name, else the number. */
export function nameOf(
  { customerName, phoneNumber }: { customerName: string; phoneNumber: string | null },
  words: OrderWords,
): string {
  return customerName.trim() === '' ? (phoneNumber ?? words.somebody) : customerName;
}

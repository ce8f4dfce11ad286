import { hashPair } from '../random.js';

const NAMES = [
  'Ana',
  'Bruno',
  'Chloé',
  'Dmitri',
  'Emeka',
  'Fatima',
  'Grace',
  'Hiroshi',
  'Inés',
  'João',
  'Karin',
  '李雷',
  'Priya',
  'Sam 🌻',
];

/** A profile name that a user keeps for good; some are not ASCII, as in real life. */
export function nameOf(userId: string): string {
  return NAMES[hashPair(userId)[0] % NAMES.length] ?? 'Ana';
}

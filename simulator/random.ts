/** Two independent 32-bit hashes of a text in one pass (the mixing of cyrb53, public domain). */
export function hashPair(text: string, seed = 0): [number, number] {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    a = Math.imul(a ^ char, 2_654_435_761);
    b = Math.imul(b ^ char, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return [a >>> 0, b >>> 0];
}

export interface Range {
  min: number;
  max: number;
}

/**
 * The dice of one message, seeded by scenario seed, recipient and how often that recipient was attempted. A recipient
 * so meets the same fate in every run, in whatever order concurrent requests arrive.
 */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  static of(seed: number, recipient: string, attempt: number): Dice {
    return new Dice(hashPair(recipient, Math.imul(seed + attempt * 7919, 2_654_435_761))[0]);
  }

  /** In [0, 1): mulberry32, public domain. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(share: number): boolean {
    return this.roll() < share;
  }

  between({ min, max }: Range): number {
    return min + this.roll() * (max - min);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.roll() * items.length)] ?? items[0];
  }
}

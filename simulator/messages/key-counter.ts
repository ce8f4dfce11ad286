import { hashPair } from '../random.js';

const EMPTY = 0;

/**
 * How often each text was seen, for millions of texts: 12 bytes a slot instead of the 150 or so of a Map of
 * strings. Texts are told apart by a 64-bit hash; a million of them collide about once in 40 million runs.
 */
export class KeyCounter {
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  #counts = new Uint32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Counts one more and tells how many that makes. */
  add(key: string): number {
    const [low, high] = hashPair(key);
    const slot = this.#slotOf(low, high);
    const count = (this.#counts[slot] ?? 0) + 1;
    this.#counts[slot] = count;
    if (count > 1) return count;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#size += 1;
    if (this.#size > this.#counts.length * 0.6) this.#grow();
    return count;
  }

  #slotOf(low: number, high: number): number {
    const mask = this.#counts.length - 1;
    let slot = low & mask;
    while (this.#counts[slot] !== EMPTY && (this.#low[slot] !== low || this.#high[slot] !== high)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const [lows, highs, counts] = [this.#low, this.#high, this.#counts];
    const length = counts.length * 2;
    this.#low = new Uint32Array(length);
    this.#high = new Uint32Array(length);
    this.#counts = new Uint32Array(length);
    for (let i = 0; i < counts.length; i += 1) {
      if (counts[i] === EMPTY) continue;
      const slot = this.#slotOf(lows[i] ?? 0, highs[i] ?? 0);
      this.#low[slot] = lows[i] ?? 0;
      this.#high[slot] = highs[i] ?? 0;
      this.#counts[slot] = counts[i] ?? 0;
    }
  }
}

import { hashPair } from '../random.js';

const EMPTY = 0;

/**
 * How often each text was seen, for millions of texts: 12 bytes a slot instead of the 150 or so of a Map of strings.
 * A 64-bit hash tells texts apart; a million of them collide about once in 40 million runs.
 */
export class KeyCounter {
  private low = new Uint32Array(1024);
  private high = new Uint32Array(1024);
  private counts = new Uint32Array(1024);
  private currentSize = 0;

  get size(): number {
    return this.currentSize;
  }

  /** Counts one more and returns the new count. */
  add(key: string): number {
    const [low, high] = hashPair(key);
    const slot = this.slotOf(low, high);
    const count = (this.counts[slot] ?? 0) + 1;
    this.counts[slot] = count;
    if (count > 1) return count;
    this.low[slot] = low;
    this.high[slot] = high;
    this.currentSize += 1;
    if (this.currentSize > this.counts.length * 0.6) this.grow();
    return count;
  }

  private slotOf(low: number, high: number): number {
    const mask = this.counts.length - 1;
    let slot = low & mask;
    while (this.counts[slot] !== EMPTY && (this.low[slot] !== low || this.high[slot] !== high)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const [lows, highs, counts] = [this.low, this.high, this.counts];
    const length = counts.length * 2;
    this.low = new Uint32Array(length);
    this.high = new Uint32Array(length);
    this.counts = new Uint32Array(length);
    for (let i = 0; i < counts.length; i += 1) {
      if (counts[i] === EMPTY) continue;
      const slot = this.slotOf(lows[i] ?? 0, highs[i] ?? 0);
      this.low[slot] = lows[i] ?? 0;
      this.high[slot] = highs[i] ?? 0;
      this.counts[slot] = counts[i] ?? 0;
    }
  }
}

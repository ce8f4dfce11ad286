/** Messages per second of real time: the running second, the one before it, and the best so far. */
export class RateMeter {
  #second = 0;
  #current = 0;
  #last = 0;
  #peak = 0;

  hit(nowMs: number): void {
    this.#roll(Math.floor(nowMs / 1000));
    this.#current += 1;
    if (this.#current > this.#peak) this.#peak = this.#current;
  }

  read(nowMs: number): { last: number; peak: number } {
    this.#roll(Math.floor(nowMs / 1000));
    return { last: this.#last, peak: this.#peak };
  }

  #roll(second: number): void {
    if (second === this.#second) return;
    this.#last = second === this.#second + 1 ? this.#current : 0;
    this.#second = second;
    this.#current = 0;
  }
}

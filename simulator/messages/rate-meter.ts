/** Messages per second of real time: the current second, the one before it, and the peak so far. */
export class RateMeter {
  private second = 0;
  private current = 0;
  private last = 0;
  private peak = 0;

  hit(nowMs: number): void {
    this.roll(Math.floor(nowMs / 1000));
    this.current += 1;
    if (this.current > this.peak) this.peak = this.current;
  }

  read(nowMs: number): { last: number; peak: number } {
    this.roll(Math.floor(nowMs / 1000));
    return { last: this.last, peak: this.peak };
  }

  private roll(second: number): void {
    if (second === this.second) return;
    this.last = second === this.second + 1 ? this.current : 0;
    this.second = second;
    this.current = 0;
  }
}

/** How many sends were refused, by error code. */
export class RefusalCount {
  private readonly currentByCode: Record<string, number> = {};
  private currentTotal = 0;

  get total(): number {
    return this.currentTotal;
  }

  get byCode(): Record<string, number> {
    return { ...this.currentByCode };
  }

  add(code: number): void {
    this.currentTotal += 1;
    this.currentByCode[code] = (this.currentByCode[code] ?? 0) + 1;
  }

  clear(): void {
    this.currentTotal = 0;
    for (const code of Object.keys(this.currentByCode)) Reflect.deleteProperty(this.currentByCode, code);
  }
}

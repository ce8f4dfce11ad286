/** How many sends were refused, by error code. */
export class RefusalCount {
  readonly #byCode: Record<string, number> = {};
  #total = 0;

  get total(): number {
    return this.#total;
  }

  get byCode(): Record<string, number> {
    return { ...this.#byCode };
  }

  add(code: number): void {
    this.#total += 1;
    this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
  }

  clear(): void {
    this.#total = 0;
    for (const code of Object.keys(this.#byCode)) Reflect.deleteProperty(this.#byCode, code);
  }
}

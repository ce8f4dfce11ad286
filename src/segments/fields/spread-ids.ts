/** `count` ids at equal distances from the first to the last. Ids are numbers that grow with time. */
export function spreadIds(first: string, last: string, count: number): string[] {
  const [from, to] = [numberOf(first), numberOf(last)];
  if (to <= from || count < 1) return [];
  const distance = (to - from) / BigInt(count);
  return Array.from({ length: count }, (_, index) => idOf(from + distance * BigInt(index)));
}

function numberOf(id: string): bigint {
  return BigInt(`0x${id.replaceAll('-', '')}`);
}

function idOf(number: bigint): string {
  return number
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

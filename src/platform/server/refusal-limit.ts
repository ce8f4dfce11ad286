const MINUTE_MS = 60_000;

interface Bucket {
  tokens: number;
  at: number;
}

export interface RefusalLimits {
  perMinute: number;
  /** How many addresses are remembered: those that were refused last. */
  addresses: number;
  /** Milliseconds that only go forward. */
  now: () => number;
}

const LIMITS: RefusalLimits = { perMinute: 60, addresses: 10_000, now: () => performance.now() };

/** How many refusals an address gets to hear: a bucket of a minute's worth, filled evenly. */
export class RefusalLimit {
  private readonly buckets = new Map<string, Bucket>();
  private readonly limits: RefusalLimits;

  constructor(limits: Partial<RefusalLimits> = {}) {
    this.limits = { ...LIMITS, ...limits };
  }

  get size(): number {
    return this.buckets.size;
  }

  /** Counts a refusal. When there have been too many: the seconds until the next one may be told. */
  take(address: string): number | undefined {
    const { perMinute, addresses } = this.limits;
    const network = networkOf(address);
    const at = this.limits.now();
    const known = this.buckets.get(network) ?? { tokens: perMinute, at };
    const tokens = Math.min(perMinute, known.tokens + ((at - known.at) * perMinute) / MINUTE_MS);
    const isEmpty = tokens < 1;
    // A map keeps the order of insertion, so the first one is the address that was refused longest ago.
    this.buckets.delete(network);
    this.buckets.set(network, { tokens: isEmpty ? tokens : tokens - 1, at });
    if (this.buckets.size > addresses) {
      const [oldest] = this.buckets.keys();
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return isEmpty ? Math.ceil(((1 - tokens) * 60) / perMinute) : undefined;
  }
}

/** One caller holds all addresses of an IPv6 /64, so they share a bucket. */
/** An IPv4 address, or the /64 that one household or server has in IPv6. */
export function networkOf(address: string): string {
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1);
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? 0 : tail.split(':').length;
    while (groups.length + after < 8) groups.push('0');
  }
  return groups.slice(0, 4).join(':');
}

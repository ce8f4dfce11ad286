import { isIP } from 'node:net';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;
/** Returns the value, or throws a TypeError whose message completes "NAME: ...". */
export type Parse<T> = (text: string) => T;

/** One line a bad variable, each starting with its name: what the process prints before it exits. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/** The environment of the process. Features read their own settings from it; every problem is reported at once. */
export class Environment {
  readonly problems: string[] = [];

  constructor(private readonly variables: EnvironmentVariables) {}

  read<T>(name: string, parse: Parse<T>): T | undefined {
    const text = this.variables[name]?.trim();
    // Docker Compose passes an empty string for a variable that is not set.
    if (text === undefined || text === '') return undefined;
    try {
      return parse(text);
    } catch (error) {
      this.problems.push(`${name}: ${error instanceof TypeError ? error.message : 'is not readable'}`);
      return undefined;
    }
  }

  isSet(name: string): boolean {
    return (this.variables[name]?.trim() ?? '') !== '';
  }

  /** Adds a problem that concerns several variables, unless this one is reported already. */
  reject(name: string, problem: string): void {
    if (!this.hasProblem(name)) this.problems.push(`${name}: ${problem}`);
  }

  hasProblem(name: string): boolean {
    return this.problems.some((problem) => problem.startsWith(`${name}:`));
  }

  assertReadable(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
  }
}

export function refuse(message: string): never {
  throw new TypeError(message);
}

export const port: Parse<number> = (text) => {
  const value = Number(text);
  return /^\d+$/.test(text) && value <= 65535
    ? value
    : refuse(`must be a port between 0 and 65535, is "${text}"`);
};

export const host: Parse<string> = (text) =>
  isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)
    ? text
    : refuse(`must be an IP address or a host name, is "${text}"`);

/** The text is not repeated in the message: connection strings carry passwords. */
export function url(protocols: readonly string[]): Parse<string> {
  const expected = protocols.map((protocol) => `${protocol}//`).join(' or ');
  return (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : refuse(`must be a URL starting with ${expected}`);
    if (!protocols.includes(parsed.protocol)) refuse(`must be a URL starting with ${expected}`);
    if (parsed.hostname === '' && !parsed.searchParams.has('host')) refuse('names no host');
    return text.replace(/\/+$/, '');
  };
}

export function oneOf<const T extends string>(values: readonly T[]): Parse<T> {
  return (text) =>
    values.find((value) => value === text.toLowerCase()) ??
    refuse(`must be one of ${values.join(', ')}, is "${text}"`);
}

/** Secrets end up in HTTP headers: anything but visible ASCII would be sent wrongly or not at all. */
/** `10.0.0.5, 172.16.0.0/12, fd00::/8` */
export const networks: Parse<string[]> = (text) =>
  text.split(',').map((part) => {
    const network = part.trim();
    const [address = '', bits, ...rest] = network.split('/');
    const longest = isIP(address) === 6 ? 128 : 32;
    const isRight =
      isIP(address) !== 0 &&
      rest.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= longest));
    return isRight
      ? network
      : refuse(`must be IP addresses or networks such as 10.0.0.0/8, separated by commas, is "${text}"`);
  });

export function secret(minimum: number): Parse<string> {
  return (text) => {
    if (!/^[\x21-\x7e]+$/.test(text)) refuse('must hold only visible ASCII characters and no spaces');
    return text.length >= minimum ? text : refuse(`must have at least ${minimum} characters`);
  };
}

export const encryptionKey: Parse<Buffer> = (text) => {
  const key = /^[A-Za-z0-9+/_-]+=*$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  return key.length === 32
    ? key
    : refuse('must be 32 bytes in base64 (for example from: openssl rand -base64 32)');
};

export const instant: Parse<Date> = (text) => {
  const iso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const value = new Date(
    iso && text.includes('T') && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text,
  );
  return iso && !Number.isNaN(value.getTime())
    ? value
    : refuse(`must be an ISO 8601 instant such as 2025-01-15T08:00:00Z, is "${text}"`);
};

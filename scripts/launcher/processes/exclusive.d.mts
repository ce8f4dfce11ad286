export function exclusively<T>(name: string, work: () => T | Promise<T>): Promise<T>;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 500;

/**
 * Aborts when the operator asks to stop, and keeps swallowing signals: a second Ctrl-C must not cut an orderly stop
 * short.
 */
export function stopRequest(): AbortSignal {
  const request = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      request.abort(signal);
    });
  }
  // A killed npm cannot pass a signal on. The only sign is a new parent process.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) request.abort('npm is gone');
    }, PARENT_CHECK_MS).unref();
  }
  // The terminal, or the reader of a pipe, may be gone before us. Then there is nothing left to write to.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return request.signal;
}

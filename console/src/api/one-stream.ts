/** A tab has one stream open: browsers open only a few connections to a server. That of a campaign comes first. */
let campaigns = 0;
const listeners = new Set<() => void>();

function change(by: 1 | -1): void {
  campaigns += by;
  listeners.forEach((listener) => {
    listener();
  });
}

/** Returns what gives the place back. */
export function takeStream(): () => void {
  change(1);
  return () => {
    change(-1);
  };
}

export function isStreamTaken(): boolean {
  return campaigns > 0;
}

export function onStreamTaken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

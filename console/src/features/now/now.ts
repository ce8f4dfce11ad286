import { useEffect, useState } from 'react';
import { serverNow } from '../../api/session.ts';

/** The installation's time, drawn again every so often. */
export function useNow(everyMs: number): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => redraw((count) => count + 1), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return serverNow();
}

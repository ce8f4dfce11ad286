import { useEffect, useState } from 'react';

/** The value once it has stayed the same for a while. Compared as JSON, so that an equal object does not count as a change. */
export function useSettled<T>(value: T, afterMs: number): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState({ value, text });
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setSettled((last) => (last.text === text ? last : { value: JSON.parse(text) as T, text }));
    }, afterMs);
    return () => window.clearTimeout(timer);
  }, [text, afterMs]);
  return settled.value;
}

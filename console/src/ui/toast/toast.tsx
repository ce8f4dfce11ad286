import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Button, IconButton } from '../button/button.tsx';
import { CloseIcon } from '../icons.ts';
import { useText } from '../language/language.tsx';
import styles from './toast.module.css';

interface Note {
  text: string;
  undo?: (() => void) | undefined;
}

const STAYS_MS = 8_000;
const Say = createContext<(note: Note) => void>(() => undefined);

/** What became of an act of one's own, and for eight seconds the way back. */
export function Toasts({ children }: { children: ReactNode }) {
  const t = useText();
  const [note, setNote] = useState<Note & { id: number }>();
  const say = useCallback((next: Note) => setNote((last) => ({ ...next, id: (last?.id ?? 0) + 1 })), []);
  useEffect(() => {
    if (note === undefined) return undefined;
    const timer = window.setTimeout(() => setNote(undefined), STAYS_MS);
    return () => window.clearTimeout(timer);
  }, [note]);
  const close = (): void => setNote(undefined);
  const undo = note?.undo;
  return (
    <Say value={useMemo(() => say, [say])}>
      {children}
      <div role="status" className={styles.region}>
        {note === undefined ? null : (
          <div className={styles.toast} key={note.id}>
            <span>{note.text}</span>
            {undo === undefined ? null : (
              <Button
                look="quiet"
                onPress={() => {
                  undo();
                  close();
                }}
              >
                {t.states.undo}
              </Button>
            )}
            <IconButton label={t.states.close} icon={<CloseIcon aria-hidden size={18} />} onPress={close} />
          </div>
        )}
      </div>
    </Say>
  );
}

export const useToast = (): ((note: Note) => void) => useContext(Say);

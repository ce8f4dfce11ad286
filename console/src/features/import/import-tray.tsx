import { Link, useLocation } from 'wouter';
import { importsWords } from '../../../messages/imports.ts';
import { percent } from '../../lib/share.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { CloseIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Progress } from '../../ui/progress/progress.tsx';
import { forgetUpload, type Upload, useUploads } from './uploads.ts';
import styles from './import-tray.module.css';

/** At the bottom of every page but its own, for as long as a file is on its way. */
export default function ImportTray() {
  const uploads = useUploads();
  const words = useWords(importsWords).tray;
  const [path] = useLocation();
  const shown = uploads.filter(
    ({ importId, state }) => state !== 'done' && path !== `/customers/import/${importId}`,
  );
  if (shown.length === 0) return null;
  return (
    <aside className={styles.tray} aria-label={words.label}>
      {shown.map((one) => (
        <Line key={one.importId} one={one} />
      ))}
    </aside>
  );
}

function Line({ one: { importId, file, state, part } }: { one: Upload }) {
  const t = useText();
  const words = useWords(importsWords).tray;
  const said =
    state === 'waiting'
      ? words.busy(file.name)
      : state === 'stopped'
        ? words.stopped(file.name)
        : words.sending(file.name, percent(part, 1));
  return (
    <div className={styles.line}>
      <span dir="auto">{said}</span>
      {state === 'sending' ? <Progress label={said} value={part} total={1} /> : null}
      <Link href={`/customers/import/${importId}`}>{words.open}</Link>
      {state === 'stopped' ? (
        <IconButton
          label={t.states.close}
          icon={<CloseIcon aria-hidden size={18} />}
          onPress={() => forgetUpload(importId)}
        />
      ) : null}
    </div>
  );
}

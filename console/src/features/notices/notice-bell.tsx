import { useId } from 'react';
import { Button } from '../../ui/button/button.tsx';
import { BellIcon } from '../../ui/icons.ts';
import { useText } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { useTimes } from '../zone/zone.ts';
import styles from './notice-bell.module.css';
import { type Notice, useReadNotice, useUnreadNotices } from './notices.query.ts';

/** What this person should know and has not read. The browser opens and closes it. */
export default function NoticeBell() {
  const t = useText();
  const id = useId();
  const { data } = useUnreadNotices();
  const { notices = [], count = 0 } = data ?? {};
  return (
    <>
      <button type="button" className={styles.opener} popoverTarget={id} aria-label={t.notices.bell(count)}>
        <BellIcon aria-hidden size={20} />
        {count === 0 ? null : (
          <span aria-hidden className={styles.count}>
            {t.notices.badge(count)}
          </span>
        )}
      </button>
      <div popover="auto" id={id} className={styles.panel}>
        <h2 className={styles.title}>{t.notices.title}</h2>
        {notices.length === 0 ? (
          <p className={styles.quiet}>{t.notices.none}</p>
        ) : (
          <ul className={styles.list}>
            {notices.map((notice) => (
              <Entry key={notice.id} notice={notice} />
            ))}
          </ul>
        )}
        {count > notices.length ? (
          <p className={styles.quiet}>{t.notices.more(count - notices.length)}</p>
        ) : null}
      </div>
    </>
  );
}

function Entry({ notice: { id, text, at: time } }: { notice: Notice }) {
  const t = useText();
  const { at } = useTimes();
  const say = useToast();
  const read = useReadNotice();
  return (
    <li className={styles.entry}>
      <p dir="auto">{text}</p>
      <p className={styles.quiet}>{at(time, 'dayTime')}</p>
      <Button
        look="quiet"
        aria-label={t.notices.readThis(text)}
        isDisabled={read.isPending}
        onPress={() => read.mutate(id, { onError: () => say({ text: t.notices.failed }) })}
      >
        {t.notices.read}
      </Button>
    </li>
  );
}

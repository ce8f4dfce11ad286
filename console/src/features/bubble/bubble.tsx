import type { components } from '../../api/schema.d.ts';
import { cx } from '../../lib/cx.ts';
import { LinkIcon, PictureIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { bubbleWords } from '../../../messages/bubble.ts';
import { runsOf } from './markup.ts';
import styles from './bubble.module.css';

export type Message = components['schemas']['TemplateMessageDto'];
type Header = NonNullable<Message['header']>;
type MessageButton = Message['buttons'][number];

/** A message as WhatsApp shows it. All of it is text of others, so none of it is a link. */
export function Bubble({ message, time }: { message: Message; time?: string }) {
  const { header, body, footer, offer, buttons, cards } = message;
  return (
    <div className={styles.chat}>
      <div className={styles.bubble}>
        {header === null ? null : <HeaderOf header={header} />}
        {typeof offer?.text === 'string' ? <p className={styles.headline}>{offer.text}</p> : null}
        <Marked text={body} />
        {footer === null ? null : <p className={styles.footer}>{footer}</p>}
        {time === undefined ? null : <p className={styles.time}>{time}</p>}
        <Buttons buttons={buttons} />
      </div>
      {cards.length === 0 ? null : (
        <ol className={styles.cards}>
          {cards.map((card, index) => (
            <li key={index} className={styles.bubble}>
              {card.header === null ? null : <HeaderOf header={card.header} />}
              <Marked text={card.body} />
              <Buttons buttons={card.buttons} />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function HeaderOf({ header: { kind, text } }: { header: Header }) {
  const words = useWords(bubbleWords);
  if (kind === 'text') {
    return (
      <p className={styles.headline} dir="auto">
        {text}
      </p>
    );
  }
  const name = words.media[kind] ?? words.file;
  return (
    <div className={styles.media}>
      <PictureIcon aria-hidden size={28} />
      <p>{name}</p>
      {text === '' ? null : (
        <p className={styles.address}>
          <bdi dir="ltr">{text}</bdi>
        </p>
      )}
    </div>
  );
}

function Marked({ text }: { text: string }) {
  return (
    <p className={styles.body} dir="auto">
      {runsOf(text).map(({ text: run, style }, index) => (
        <span key={index} className={cx(styles[style])}>
          {run}
        </span>
      ))}
    </p>
  );
}

function Buttons({ buttons }: { buttons: readonly MessageButton[] }) {
  if (buttons.length === 0) return null;
  return (
    <ul className={styles.buttons}>
      {buttons.map(({ kind, label, value }, index) => (
        <li key={index}>
          <span className={styles.label}>
            {kind === 'url' ? <LinkIcon aria-hidden size={16} /> : null}
            <bdi>{label}</bdi>
          </span>
          {value === null || kind === 'quick_reply' ? null : (
            <bdi dir="ltr" className={styles.address}>
              {value}
            </bdi>
          )}
        </li>
      ))}
    </ul>
  );
}

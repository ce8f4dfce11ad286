import { linkWords } from '../../../messages/links.ts';
import { percent } from '../../lib/share.ts';
import { Block } from '../../ui/block/block.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import type { Stats } from './campaigns.query.ts';
import styles from './campaign.module.css';

/** What people opened and pressed. Nothing at all for a message without anything to tap. */
export function Clicks({ stats }: { stats: Stats }) {
  const t = useText();
  const words = useWords(linkWords);
  const { recipients, links, buttons } = stats.clicks;
  if (links.length === 0 && buttons.length === 0) return null;
  const share = t.percent(percent(recipients, stats.stats.delivered));
  return (
    <Block title={words.title}>
      <p>{recipients === 0 ? words.none : words.finding(recipients, share)}</p>
      <ul className={styles.problems}>
        {links.map(({ link, variant, url, uniques, total, previews }) => (
          <li key={`${link} ${variant} ${url}`} className={styles.problem}>
            <div>
              <h3>{words.link(link)}</h3>
              <p dir="ltr">{url}</p>
              <p>{words.opened(uniques, total)}</p>
              {previews === 0 ? null : <p className={styles.muted}>{words.looks(previews)}</p>}
            </div>
          </li>
        ))}
        {buttons.map(({ text, count }) => (
          <li key={text} className={styles.problem}>
            <div>
              <h3 dir="auto">{text}</h3>
              <p>{words.pressed(count)}</p>
            </div>
          </li>
        ))}
      </ul>
    </Block>
  );
}

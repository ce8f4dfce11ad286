import { Link } from 'wouter';
import { seriesWords } from '../../../messages/series.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { sayRule } from './say-rule.ts';
import { SeriesChip } from './series-chip.tsx';
import { useSeriesList, type Series } from './series.query.ts';
import styles from './series.module.css';

export default function SeriesListPage() {
  const words = useWords(seriesWords);
  const series = useSeriesList();
  const adding = (
    <LinkButton to="/series/new" look="main">
      {words.newOne}
    </LinkButton>
  );
  return (
    <Page title={words.title} actions={may(useSession(), 'campaigns:write') ? adding : undefined}>
      <p className={styles.muted}>{words.lead}</p>
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={series} what={words.list} lines={5}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={words.empty} hint={words.emptyHint} />
            ) : (
              <ul className={styles.list}>
                {list.map((one) => (
                  <Row key={one.id} series={one} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Block>
    </Page>
  );
}

function Row({ series }: { series: Series }) {
  const words = useWords(seriesWords);
  const { at } = useTimes(series.timeZone);
  const { id, name, state, nextAt } = series;
  return (
    <li className={styles.row}>
      <div>
        <Link href={`/series/${id}`} className={styles.name} dir="auto">
          {name}
        </Link>
        <p className={styles.muted}>{sayRule(series, words)}</p>
      </div>
      <p className={styles.muted}>
        {nextAt === null || state !== 'active' ? words.noNext : words.next(at(nextAt, 'dayTime'))}
      </p>
      <SeriesChip state={state} />
    </li>
  );
}

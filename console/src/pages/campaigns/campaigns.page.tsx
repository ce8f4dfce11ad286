import { seriesWords } from '../../../messages/series.ts';
import { may, useSession } from '../../api/session.ts';
import { oneOf, position, text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { SearchField } from '../../ui/field/search-field.tsx';
import { CloseIcon, PlusIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { CampaignRow } from './campaign-row.tsx';
import { useCampaigns } from './campaigns.query.ts';
import styles from './campaigns.module.css';

const TABS = ['all', 'sending', 'scheduled', 'paused', 'draft', 'completed'] as const;
const CODEC = {
  status: oneOf(TABS, 'all'),
  search: text(),
  tag: text('', 100),
  cursor: text('', 500),
  from: position,
};

export default function CampaignsPage() {
  const t = useText();
  const words = t.campaigns;
  const [filter, change] = useSearch(CODEC);
  const campaigns = useCampaigns(filter);
  const mayMake = may(useSession(), 'campaigns:write');
  const isFiltered = filter.search !== '' || filter.tag !== '';
  return (
    <Page title={words.title} actions={<Actions mayMake={mayMake} />}>
      <Tabs
        label={words.filters}
        tabs={TABS.map((status) => ({
          to: status === 'all' ? '/campaigns' : `/campaigns?status=${status}`,
          label: words.tabs[status],
          isCurrent: status === filter.status,
        }))}
      />
      <div className={styles.filters}>
        <SearchField
          label={words.search}
          value={filter.search}
          onChange={(search) => change({ search, cursor: '', from: 1 })}
        />
        {filter.tag === '' ? null : (
          <Button
            look="quiet"
            aria-label={words.clearTag(filter.tag)}
            onPress={() => change({ tag: '', cursor: '', from: 1 })}
          >
            <Chip icon={<CloseIcon aria-hidden size={14} />}>{words.tag(filter.tag)}</Chip>
          </Button>
        )}
      </div>
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={campaigns} what={words.list} lines={8}>
          {({ data, total, nextCursor, from }) =>
            data.length === 0 ? (
              <Nothing status={filter.status} search={filter.search} isFiltered={isFiltered} />
            ) : (
              <>
                <ul className={styles.list}>
                  {data.map((campaign) => (
                    <CampaignRow key={campaign.id} campaign={campaign} />
                  ))}
                </ul>
                <Pager
                  from={from}
                  count={data.length}
                  total={total}
                  onFirst={filter.cursor === '' ? undefined : () => change({ cursor: '', from: 1 })}
                  onOlder={
                    typeof nextCursor === 'string'
                      ? () => change({ cursor: nextCursor, from: from + data.length })
                      : undefined
                  }
                />
              </>
            )
          }
        </Loaded>
      </Block>
    </Page>
  );
}

function Actions({ mayMake }: { mayMake: boolean }) {
  const words = useWords(seriesWords);
  return (
    <>
      <LinkButton to="/series">{words.toSeries}</LinkButton>
      {mayMake ? <NewCampaign /> : null}
    </>
  );
}

function NewCampaign() {
  return (
    <LinkButton to="/campaigns/new" look="main">
      <PlusIcon aria-hidden size={18} />
      {useText().campaigns.newOne}
    </LinkButton>
  );
}

function Nothing({
  status,
  search,
  isFiltered,
}: {
  status: (typeof TABS)[number];
  search: string;
  isFiltered: boolean;
}) {
  const words = useText().campaigns;
  if (search !== '') return <EmptyState title={words.noMatch(search)} />;
  if (status === 'all' && !isFiltered) return <EmptyState title={words.empty} hint={words.emptyHint} />;
  return <EmptyState title={words.emptyFilter[status]} />;
}

import { type Page, pageFrom, sortedPageFrom } from '../../platform/http/paging.js';
import type { CampaignFilter, SortedCampaign, SortKey } from '../campaign/campaigns.queries.js';
import type { Campaigns } from '../campaign/campaigns.service.js';
import { CampaignDto, type CampaignsQuery, NEWEST_FIRST } from './campaign.dto.js';

const NUMBER = /^-?\d{1,19}$/;

/** A page of the list in the order that is asked for. Ids are in the order of time, so that order needs no key. */
export async function pageOfCampaigns(
  campaigns: Campaigns,
  organizationId: string,
  query: CampaignsQuery,
  filter: CampaignFilter,
): Promise<Page<CampaignDto>> {
  const { sort = NEWEST_FIRST } = query;
  const show = CampaignDto.of.bind(CampaignDto);
  const count = (): Promise<number> => campaigns.count(organizationId, filter);
  if (sort === NEWEST_FIRST) {
    const rows = campaigns.list.bind(campaigns, organizationId, filter);
    return pageFrom(query, { rows, show, count, isAlwaysCounted: true });
  }
  const isDescending = sort.startsWith('-');
  const by = sort.slice(isDescending ? 1 : 0) as SortKey;
  return sortedPageFrom<SortedCampaign, CampaignDto>(query, {
    sort,
    rows: (place) => campaigns.listSorted(organizationId, filter, { ...place, by, isDescending }),
    isKey: by === 'name' ? isText : (key) => NUMBER.test(key),
    show,
    count,
  });
}

/** PostgreSQL stores neither a NUL nor half a character. */
function isText(key: string): boolean {
  return !key.includes('\0') && key.isWellFormed();
}

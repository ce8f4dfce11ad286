import { Injectable } from '@nestjs/common';
import { type Page, pageFrom, sortedPageFrom } from '../../platform/http/paging.js';
import { parseCampaignStatus } from '../campaign/campaign-state.js';
import type { CampaignFilter, SortedCampaign, SortKey } from '../campaign/campaigns.queries.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import {
  CampaignDto,
  type CampaignPageDto,
  CampaignsByStatusDto,
  type CampaignsQuery,
  NEWEST_FIRST,
} from './campaign.dto.js';

const NUMBER = /^-?\d{1,18}$|^-?9000000000000000000$/;

/** Pages of the list in any of its orders, with how many campaigns there are in each state. */
@Injectable()
export class CampaignPages {
  constructor(private readonly campaigns: Campaigns) {}

  async page(organizationId: string, query: CampaignsQuery): Promise<CampaignPageDto> {
    const { tag, search, archived = 'false' } = query;
    const status = query.status === undefined ? undefined : parseCampaignStatus(query.status);
    const filter = { status, tag, search, archived };
    const counts = CampaignsByStatusDto.of(await this.campaigns.countByState(organizationId, filter));
    return { ...(await this.sorted(organizationId, query, filter)), counts };
  }

  /** Ids are in the order of time, so the usual order needs no key. */
  private async sorted(
    organizationId: string,
    query: CampaignsQuery,
    filter: CampaignFilter,
  ): Promise<Page<CampaignDto>> {
    const { sort = NEWEST_FIRST } = query;
    const show = CampaignDto.of.bind(CampaignDto);
    const count = (): Promise<number> => this.campaigns.count(organizationId, filter);
    if (sort === NEWEST_FIRST) {
      const rows = this.campaigns.list.bind(this.campaigns, organizationId, filter);
      return pageFrom(query, { rows, show, count, isAlwaysCounted: true });
    }
    const isDescending = sort.startsWith('-');
    const by = sort.slice(isDescending ? 1 : 0) as SortKey;
    return sortedPageFrom<SortedCampaign, CampaignDto>(query, {
      sort,
      rows: (place) => this.campaigns.listSorted(organizationId, filter, { ...place, by, isDescending }),
      isKey: by === 'name' ? isText : (key) => NUMBER.test(key),
      show,
      count,
    });
  }
}

/** PostgreSQL stores neither a NUL nor half a character. */
function isText(key: string): boolean {
  return !key.includes('\0') && key.isWellFormed();
}

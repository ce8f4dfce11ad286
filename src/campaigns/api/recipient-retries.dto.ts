import { Flag, Integer, NestedList, OneOf, TextList } from '../../platform/http/fields.js';
import { RetryFilterDto } from './campaign-recipients.dto.js';
import { type RetryOutcome } from '../lifecycle/recipient-retries.service.js';
import { RETRY_REFUSALS, type RetryRefusal } from '../lifecycle/retry-refusal.js';

export class RetryRecipientsDto extends RetryFilterDto {
  @TextList({ optional: true, maxItems: 10_000, maxLength: 36, description: 'Ids of failed recipients' })
  ids?: string[];
}

export class NotRetriedDto {
  @OneOf(RETRY_REFUSALS, {
    description:
      '`not_failed`, `not_found`; `opted_out`: the person opted out; `blocked`: the person blocked the number; `too_early`: withheld by Meta (131049) less than 24 hours ago',
  })
  reason!: RetryRefusal;

  @Integer({ example: 3 })
  count!: number;
}

export class RetriedDto {
  @Integer({ example: 120, description: 'Recipients that are pending again, each with a planned day' })
  retried!: number;

  @NestedList(() => NotRetriedDto)
  refused!: NotRetriedDto[];

  @Flag({ description: 'One call retries ten thousand; true: there may be more, so call again' })
  hasMore!: boolean;

  static of({ retried, refused, hasMore }: RetryOutcome): RetriedDto {
    const reasons = RETRY_REFUSALS.flatMap((reason) => {
      const count = refused[reason];
      return count === undefined ? [] : [{ reason, count }];
    });
    return { retried, refused: reasons, hasMore };
  }
}

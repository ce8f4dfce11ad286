import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Problems } from '../http/problem-responses.js';
import { AnyKey, RequireOperator } from '../http/route-access.js';
import { invalidFields } from '../http/validation.js';
import { CLOCK_END } from '../config/clock-end.js';
import { Clock } from './clock.js';
import { DevClockDto, MoveClockDto } from './dev-clock.dto.js';
import { MovableClock } from './movable-clock.js';

@ApiTags('Development')
@Controller('dev/clock')
export class DevClockController {
  constructor(private readonly clock: Clock) {}

  @Get()
  @AnyKey()
  @ApiOperation({ operationId: 'getClock', summary: 'Read the movable clock (only when CLOCK is set)' })
  @ApiOkResponse({ type: DevClockDto })
  @Problems(404)
  read(): DevClockDto {
    return { now: this.movable().now().toISOString() };
  }

  @Post()
  @HttpCode(200)
  @RequireOperator()
  @ApiOperation({ operationId: 'moveClock', summary: 'Move the clock forward (only when CLOCK is set)' })
  @ApiOkResponse({ type: DevClockDto })
  @Problems(400, 404, 422)
  async move(@Body() { now, advance }: MoveClockDto): Promise<DevClockDto> {
    const clock = this.movable();
    if ((now === undefined) === (advance === undefined)) {
      throw invalidFields([{ field: 'now', message: 'give either now or advance' }]);
    }
    const from = clock.now();
    const ms = advance === undefined ? 0 : milliseconds(advance, from);
    const target = now === undefined ? from.getTime() + ms : Date.parse(now);
    if (target > CLOCK_END.getTime()) {
      const detail = `The clock ends at ${CLOCK_END.toISOString()}, and it never goes back.`;
      throw new DomainError('rule', 'clock_too_far', detail);
    }
    if (advance !== undefined) await clock.advance(ms);
    else if (now !== undefined && !(await clock.moveTo(new Date(now)))) {
      throw new DomainError(
        'rule',
        'clock_goes_forward',
        `It is already later than ${now}; the clock only goes forward.`,
      );
    }
    return { now: clock.now().toISOString() };
  }

  private movable(): MovableClock {
    if (this.clock instanceof MovableClock) return this.clock;
    throw new DomainError(
      'not-found',
      'no_movable_clock',
      'This process runs on real time: CLOCK is not set.',
    );
  }
}

/** Months and days are as long as they are from the present instant on, in UTC. */
function milliseconds(duration: string, from: Date): number {
  try {
    const relativeTo = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC');
    const ms = Temporal.Duration.from(duration).total({ unit: 'milliseconds', relativeTo });
    if (ms >= 0) return ms;
  } catch {
    // Falls through to the same refusal as a negative duration.
  }
  throw invalidFields([
    { field: 'advance', message: 'must be an ISO 8601 duration that goes forward, such as PT24H' },
  ]);
}

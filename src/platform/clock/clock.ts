/** The one source of business time. Timeouts and measured durations are not business time; everything else is. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

import { Instant, Text } from '../http/fields.js';

export class MoveClockDto {
  @Instant({ optional: true, description: 'The instant to move to' })
  now?: string;

  @Text({
    optional: true,
    max: 50,
    example: 'PT24H',
    description: 'How far to move, as an ISO 8601 duration',
  })
  advance?: string;
}

export class DevClockDto {
  @Instant()
  now!: string;
}

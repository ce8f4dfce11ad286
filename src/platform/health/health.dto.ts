import { OneOf, Nested } from '../http/fields.js';

const CHECKS = ['up', 'down'] as const;

export class LivenessDto {
  @OneOf(['ok'])
  status!: 'ok';
}

export class ReadinessChecksDto {
  @OneOf(CHECKS)
  database!: 'up' | 'down';

  @OneOf(CHECKS)
  migrations!: 'up' | 'down';

  @OneOf(CHECKS)
  queue!: 'up' | 'down';
}

export class ReadinessDto {
  @OneOf(['ok', 'unavailable', 'stopping'])
  status!: 'ok' | 'unavailable' | 'stopping';

  @Nested(() => ReadinessChecksDto)
  checks!: ReadinessChecksDto;
}

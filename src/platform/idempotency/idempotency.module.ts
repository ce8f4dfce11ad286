import { Global, Module } from '@nestjs/common';
import { RequestInterceptor } from '../server/request.interceptor.js';
import { IdempotencyService } from './idempotency.service.js';

@Global()
@Module({
  providers: [IdempotencyService, RequestInterceptor],
  exports: [IdempotencyService, RequestInterceptor],
})
export class IdempotencyModule {}

import { Module } from '@nestjs/common';
import { RequestInterceptor } from './request.interceptor.js';

/** What `configureHttp` puts around every route. */
@Module({ providers: [RequestInterceptor], exports: [RequestInterceptor] })
export class ServerModule {}

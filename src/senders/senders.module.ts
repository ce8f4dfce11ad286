import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EnvironmentSender } from './environment-sender.service.js';
import { Portfolio } from './portfolio.entity.js';
import { Sender } from './sender.entity.js';
import { SendersController } from './senders.controller.js';
import { SendersService } from './senders.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Sender, Portfolio])],
  providers: [SendersService, EnvironmentSender],
  exports: [SendersService],
})
export class SendersModule {
  static withRoutes(): DynamicModule {
    return { module: SendersModule, controllers: [SendersController] };
  }
}

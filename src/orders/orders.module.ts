import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EventsModule } from '../events/events.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { CartsController } from './api/carts.controller.js';
import { CommerceSettingsController } from './api/commerce-settings.controller.js';
import { OrderMovesController } from './api/order-moves.controller.js';
import { OrdersController } from './api/orders.controller.js';
import { Carts } from './carts/carts.service.js';
import { OrderIntake } from './intake/order-intake.service.js';
import { OrderMetrics } from './intake/order-metrics.service.js';
import { Fulfilments } from './moves/fulfilments.service.js';
import { ManualPayments } from './moves/manual-payments.service.js';
import { OrderDesk } from './moves/order-desk.service.js';
import { OrderEdits } from './moves/order-edits.service.js';
import { OrderMoves } from './moves/order-moves.service.js';
import { OrderStock } from './moves/order-stock.service.js';
import { Reservations } from './moves/reservations.service.js';
import { Resolutions } from './moves/resolutions.service.js';
import { OrderNotices } from './notices/order-notices.service.js';
import { Orders } from './order/orders.service.js';
import { CommerceSettingsStore } from './settings/commerce-settings.service.js';

@Module({})
export class OrdersModule {
  static readonly for = perRole(
    () => OrdersModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        EventsModule.for(role),
        CatalogModule.for(role),
        CustomersModule.for(role),
        MessagesModule.for(role),
        TemplatesModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(OrdersController, OrderMovesController, CartsController, CommerceSettingsController),
      providers: [
        CommerceSettingsStore,
        OrderNotices,
        OrderStock,
        OrderDesk,
        OrderMoves,
        ...inApi(Orders, OrderEdits, ManualPayments, Fulfilments, Resolutions, Carts),
        ...inWorker(OrderIntake, OrderMetrics, Reservations),
      ],
      exports: [OrderMoves, ...inWorker(OrderIntake, OrderMetrics)],
    }),
  );
}

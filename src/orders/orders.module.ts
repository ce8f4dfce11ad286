import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { AccessModule } from '../access/access.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EventsModule } from '../events/events.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { DescribesPaths } from '../platform/openapi/document.js';
import { OutboundModule } from '../platform/outbound/outbound.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { SendersModule } from '../senders/senders.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { CartCheckoutController } from './api/cart-checkout.controller.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { CartsController } from './api/carts.controller.js';
import { CommerceSettingsController } from './api/commerce-settings.controller.js';
import { OrderMovesController } from './api/order-moves.controller.js';
import { OrdersController } from './api/orders.controller.js';
import { CartContacts } from './carts/cart-contacts.service.js';
import { CartDesk } from './carts/cart-desk.service.js';
import { CartEdits } from './carts/cart-edits.service.js';
import { CartPeople } from './carts/cart-people.service.js';
import { CartPricing } from './carts/cart-prices.service.js';
import { RefundsController } from './api/refunds.controller.js';
import { Carts } from './carts/carts.service.js';
import { CartSending } from './checkout/cart-sending.service.js';
import { CartTaps } from './checkout/cart-taps.service.js';
import { Checkout } from './checkout/checkout.service.js';
import { PaymentAccountsController } from './api/payment-accounts.controller.js';
import { PaymentRequestsController } from './api/payment-requests.controller.js';
import { PaymentGateways } from './gateways/payment-gateways.service.js';
import { OrderIntake } from './intake/order-intake.service.js';
import { OrderMetrics } from './intake/order-metrics.service.js';
import { Credits } from './moves/credits.service.js';
import { Fulfilments } from './moves/fulfilments.service.js';
import { ManualPayments } from './moves/manual-payments.service.js';
import { OrderDesk } from './moves/order-desk.service.js';
import { OrderEdits } from './moves/order-edits.service.js';
import { OrderMoves } from './moves/order-moves.service.js';
import { OrderStock } from './moves/order-stock.service.js';
import { Reservations } from './moves/reservations.service.js';
import { Resolutions } from './moves/resolutions.service.js';
import { OrderNotices } from './notices/order-notices.service.js';
import { OrderCustomers } from './order/order-customers.service.js';
import { Orders } from './order/orders.service.js';
import { CartAging } from './reminders/cart-aging.service.js';
import { CartReminders } from './reminders/cart-reminders.service.js';
import { CartUpkeep } from './reminders/cart-upkeep.service.js';
import { PaymentAccounts } from './payment-accounts/payment-accounts.service.js';
import { PAYMENT_HOOK_PATHS } from './payment-hooks/payment-hook-paths.js';
import { PaymentHookRoutes } from './payment-hooks/payment-hook.routes.js';
import { PaymentHooks } from './payment-hooks/payment-hooks.service.js';
import { PaymentEvents } from './payment-hooks/payment-events.service.js';
import { DueRequests } from './payments/due-requests.service.js';
import { PaymentMetrics } from './payments/payment-metrics.service.js';
import { PaymentNews } from './payments/payment-news.service.js';
import { PaymentReminders } from './payments/payment-reminders.service.js';
import { PaymentRequests } from './payments/payment-requests.service.js';
import { PaymentResults } from './payments/payment-results.service.js';
import { PaymentRounds } from './payments/payment-rounds.service.js';
import { PaymentsOfSender } from './payments/payments-of-sender.service.js';
import { RequestMessages } from './payments/request-messages.service.js';
import { RefundBooks } from './refunds/refund-books.service.js';
import { RefundGateways } from './refunds/refund-gateways.js';
import { RefundLookUps } from './refunds/refund-look-ups.service.js';
import { RefundMetrics } from './refunds/refund-metrics.service.js';
import { RefundSender } from './refunds/refund-sender.service.js';
import { Refunds } from './refunds/refunds.service.js';
import { CommerceSettingsStore } from './settings/commerce-settings.service.js';

@DescribesPaths(PAYMENT_HOOK_PATHS)
@Module({})
export class OrdersModule {
  static readonly for = perRole(
    () => OrdersModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        AccessModule.for(role),
        EventsModule.for(role),
        CatalogModule.for(role),
        CustomersModule.for(role),
        MessagesModule.for(role),
        TemplatesModule.for(role),
        SendersModule.for(role),
        OutboundModule,
        WhatsappModule,
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(
        OrdersController,
        OrderMovesController,
        CartsController,
        CartCheckoutController,
        PaymentRequestsController,
        PaymentAccountsController,
        RefundsController,
        CommerceSettingsController,
      ),
      providers: [
        CommerceSettingsStore,
        OrderNotices,
        OrderStock,
        OrderDesk,
        OrderMoves,
        OrderCustomers,
        OrderIntake,
        OrderMetrics,
        Credits,
        CartContacts,
        CartDesk,
        CartPricing,
        Checkout,
        PaymentAccounts,
        PaymentGateways,
        RequestMessages,
        RefundBooks,
        ...inApi(Orders, OrderEdits, ManualPayments, Fulfilments, Resolutions, Refunds),
        ...inApi(Carts, CartEdits, CartPeople, CartSending),
        PaymentRequests,
        PaymentsOfSender,
        ...inApi(PaymentHooks, PaymentHookRoutes),
        ...inWorker(Reservations, CartTaps, CartAging, CartReminders, CartUpkeep),
        { provide: RefundGateways, useExisting: PaymentGateways },
        ...inWorker(RefundSender, RefundLookUps, RefundMetrics),
        ...inWorker(
          PaymentMetrics,
          PaymentResults,
          PaymentRounds,
          PaymentReminders,
          DueRequests,
          PaymentNews,
          PaymentEvents,
        ),
      ],
      exports: [OrderMoves, OrderIntake, OrderMetrics, PaymentsOfSender, ...inWorker(CartTaps, PaymentNews)],
    }),
  );
}

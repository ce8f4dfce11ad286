import { Param } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { invalidFields } from '../../platform/http/validation.js';
import { isOrderNumber } from '../order/order-number.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const readRef: PipeTransform<string, string> = {
  transform: (value) => {
    if (isOrderNumber(value) || UUID.test(value)) return value;
    throw invalidFields([
      { field: 'id', message: 'must be a UUID or an order number, as in ORD-2026-000123' },
    ]);
  },
};

/** The `:id` of an order: its id or its number. */
export const OrderRef = (): ParameterDecorator => Param('id', readRef);

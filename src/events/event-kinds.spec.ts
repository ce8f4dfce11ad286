import { describe, expect, it } from '@jest/globals';
import {
  isCustomKind,
  isSelectable,
  LONGEST_KIND,
  OWN_KINDS,
  resolveAlias,
  scopesOf,
  selects,
  wantedBy,
} from './event-kinds.js';

const event = (kind: string, data: Record<string, unknown> = {}) => ({ kind, data });

describe('kinds of events', () => {
  it('fit their column', () => {
    expect(OWN_KINDS.filter(({ length }) => length > LONGEST_KIND)).toEqual([]);
    expect(isCustomKind(`custom.${'a'.repeat(33)}`)).toBe(true);
    expect(isCustomKind(`custom.${'a'.repeat(34)}`)).toBe(false);
  });

  it.each([
    ['order.created', true],
    ['order.*', true],
    ['custom.*', true],
    ['*', true],
    ['order.placed', true],
    ['custom.trip_ended', true],
    ['order.sold', false],
    ['orders.*', false],
    ['order.c*', false],
    ['custom.', false],
    ['custom.Trip Ended', false],
    ['', false],
    ['toString', false],
  ])('%s can be asked for: %s', (text, expected) => {
    expect(isSelectable(text)).toBe(expected);
  });

  it.each([
    ['order.*', event('order.created'), true],
    ['order.*', event('payment.captured'), false],
    ['*', event('custom.trip_ended'), true],
    ['order.placed', event('order.created'), true],
    ['order.cancelled', event('order.status_changed', { from: 'new', to: 'cancelled' }), true],
    ['order.cancelled', event('order.status_changed', { from: 'new', to: 'confirmed' }), false],
    ['order.paid', event('payment.captured', { paysUp: true }), true],
    ['order.paid', event('payment.captured', { paysUp: false }), false],
    ['order.created', event('order.created'), true],
    ['import.products', event('import.finished', { importKind: 'products' }), true],
    ['import.products', event('import.finished', { importKind: 'customers' }), false],
    ['toString', event('order.created'), false],
  ])('%s takes %j: %s', (selection, one, expected) => {
    expect(selects(selection, one)).toBe(expected);
  });

  it('saves a plain alias as its kind, and keeps one with a condition', () => {
    expect(resolveAlias('order.placed')).toBe('order.created');
    expect(resolveAlias('order.paid')).toBe('order.paid');
    expect(wantedBy('order.paid')).toBe('payment.captured');
    expect(wantedBy('order.*')).toBe('order.*');
  });

  it('needs the scopes of everything that a selection takes', () => {
    expect(scopesOf('order.paid')).toEqual(['orders:read']);
    expect(scopesOf('customer.*')).toEqual(['customers:read']);
    expect(scopesOf('custom.trip_ended')).toEqual(['customers:read']);
    expect(scopesOf('notification.created')).toEqual([]);
    expect(scopesOf('import.products')).toEqual(['catalog:read']);
    expect(scopesOf('import.finished')).toEqual(['customers:read', 'campaigns:read', 'catalog:read']);
    expect(scopesOf('*')).toEqual(
      expect.arrayContaining(['orders:read', 'customers:read', 'campaigns:read', 'catalog:read']),
    );
  });
});

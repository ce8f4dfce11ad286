import type { Conversion } from './conversion.js';

/** A conversion as its API shows it. */
export function shownConversion(conversion: Conversion) {
  const { externalId, source, customerId, name, value, paidValue, reversedValue, currency } = conversion;
  const { touch, campaignId, variant, ruleId, recipientId, messageId, isFinal } = conversion;
  return {
    ...{ id: conversion.id, externalId, source, customerId, name, value, paidValue, reversedValue, currency },
    occurredAt: conversion.occurredAt.toISOString(),
    ...{ touch, touchedAt: conversion.touchedAt?.toISOString() ?? null },
    ...{ campaignId, variant, ruleId, recipientId, messageId, isFinal },
    createdAt: conversion.createdAt.toISOString(),
  };
}

export function conversionEvent(conversion: Conversion) {
  const { organizationId, customerId, campaignId, occurredAt } = conversion;
  return {
    ...{ organizationId, kind: 'conversion.recorded' as const, customerId, objectId: conversion.id },
    ...{ campaignId, occurredAt, data: shownConversion(conversion) },
  };
}

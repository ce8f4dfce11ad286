export const MESSAGE_WARNINGS = ['catalog_not_connected', 'window_closed'] as const;
export type MessageWarningCode = (typeof MESSAGE_WARNINGS)[number];

export interface MessageWarning {
  code: MessageWarningCode;
  message: string;
}

export const NOT_CONNECTED: MessageWarning = {
  code: 'catalog_not_connected',
  message:
    'The WhatsApp account of the sender does not sell from this catalog, so Meta will probably refuse the message (131009). Connect the catalog with PUT .../connection.',
};

export const TEMPLATE_INSTEAD: MessageWarning = {
  code: 'window_closed',
  message:
    'The service window of this person is closed: the template goes instead, if consent, country and frequency cap allow it.',
};

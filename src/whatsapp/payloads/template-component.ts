/** The `components` of a template message, exactly as Meta documents them. */
export type MediaFile = { id: string; filename?: string } | { link: string; filename?: string };

/** A file of ours, by the id of its asset. Before the message leaves, the id of its upload takes the place. */
export interface OwnFile {
  asset: string;
  filename?: string;
}

/** Named templates need `parameter_name` on every parameter, positional ones must not have it. */
export interface TextParameter {
  type: 'text';
  parameter_name?: string;
  text: string;
}

export interface CurrencyParameter {
  type: 'currency';
  parameter_name?: string;
  currency: { fallback_value: string; code: string; amount_1000: number };
}

export interface DateTimeParameter {
  type: 'date_time';
  parameter_name?: string;
  date_time: { fallback_value: string };
}

export type HeaderParameter =
  | TextParameter
  | { type: 'image'; image: MediaFile | OwnFile }
  | { type: 'video'; video: MediaFile | OwnFile }
  | { type: 'document'; document: MediaFile | OwnFile }
  /** Marketing Messages API only. */
  | { type: 'gif'; gif: MediaFile | OwnFile }
  | { type: 'location'; location: { latitude: string; longitude: string; name?: string; address?: string } }
  | { type: 'product'; product: { product_retailer_id: string; catalog_id: string } };

export interface ProductSection {
  title?: string;
  product_items: { product_retailer_id: string }[];
}

export interface HeaderComponent {
  type: 'header';
  parameters: HeaderParameter[];
}

export interface BodyComponent {
  type: 'body';
  parameters: (TextParameter | CurrencyParameter | DateTimeParameter)[];
}

type Action<A> = [{ type: 'action'; action: A }];

/** `index` counts all buttons of the template from 0, static ones too. */
export type ButtonComponent = { type: 'button'; index: string } & (
  | { sub_type: 'quick_reply'; parameters: [{ type: 'payload'; payload: string }] }
  | { sub_type: 'url'; parameters: [TextParameter] }
  | { sub_type: 'copy_code'; parameters: [{ type: 'coupon_code'; coupon_code: string }] }
  | { sub_type: 'CATALOG'; parameters: Action<{ thumbnail_product_retailer_id: string }> }
  | {
      sub_type: 'mpm';
      parameters: Action<{ thumbnail_product_retailer_id: string; sections: ProductSection[] }>;
    }
  | {
      sub_type: 'flow';
      parameters: Action<{ flow_token: string; flow_action_data?: Record<string, unknown> }>;
    }
  | { sub_type: 'order_details'; parameters: Action<{ order_details: Record<string, unknown> }> }
);

export interface LimitedTimeOfferComponent {
  type: 'limited_time_offer';
  parameters: [{ type: 'limited_time_offer'; limited_time_offer: { expiration_time_ms: number } }];
}

export interface CarouselComponent {
  type: 'carousel';
  cards: { card_index: number; components: (HeaderComponent | BodyComponent | ButtonComponent)[] }[];
}

export interface TapTargetComponent {
  type: 'tap_target_configuration';
  parameters: [
    { type: 'tap_target_configuration'; tap_target_configuration: [{ url: string; title: string }] },
  ];
}

export type TemplateComponent =
  | HeaderComponent
  | BodyComponent
  | ButtonComponent
  | LimitedTimeOfferComponent
  | CarouselComponent
  | TapTargetComponent;

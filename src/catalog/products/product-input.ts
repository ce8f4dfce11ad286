import type { Availability, Compliance, Condition } from './product-fields.js';

/**
 * What a caller, a file or Meta says about a product. A field that is left out stays as it is, or gets its default
 * in a new product; null empties it.
 */
export interface ProductInput {
  name?: string;
  description?: string | null;
  price?: string | number;
  salePrice?: string | number | null;
  saleStartsAt?: string | null;
  saleEndsAt?: string | null;
  currency?: string;
  availability?: Availability;
  quantity?: number | null;
  imageUrl?: string | null;
  imageUrls?: readonly string[];
  videoUrl?: string | null;
  url?: string | null;
  category?: string | null;
  brand?: string | null;
  condition?: Condition;
  variantOptions?: Record<string, readonly string[]> | null;
  tags?: readonly string[];
  isActive?: boolean;
  isVisible?: boolean;
  compliance?: Compliance | null;
}

export interface VariantInput {
  name?: string;
  options?: Record<string, string>;
  price?: string | number;
  salePrice?: string | number | null;
  availability?: Availability;
  quantity?: number | null;
  imageUrl?: string | null;
  isActive?: boolean;
}

/** The stored form of what can be written; amounts as the columns have them, `45000.00`. */
export interface ProductValues {
  name: string;
  description: string | null;
  price: string;
  salePrice: string | null;
  saleStartsAt: Date | null;
  saleEndsAt: Date | null;
  availability: Availability;
  quantity: number | null;
  imageUrl: string | null;
  imageUrls: string[];
  videoUrl: string | null;
  url: string | null;
  category: string | null;
  brand: string | null;
  condition: Condition;
  variantOptions: Record<string, string[]> | null;
  tags: string[];
  isActive: boolean;
  isVisible: boolean;
  compliance: Compliance | null;
}

export interface VariantValues {
  name: string;
  options: Record<string, string>;
  optionsKey: string;
  price: string;
  salePrice: string | null;
  availability: Availability;
  quantity: number | null;
  imageUrl: string | null;
  isActive: boolean;
}

export const NEW_PRODUCT: Omit<ProductValues, 'name' | 'price'> = {
  description: null,
  salePrice: null,
  saleStartsAt: null,
  saleEndsAt: null,
  availability: 'in_stock',
  quantity: null,
  imageUrl: null,
  imageUrls: [],
  videoUrl: null,
  url: null,
  category: null,
  brand: null,
  condition: 'new',
  variantOptions: null,
  tags: [],
  isActive: true,
  isVisible: true,
  compliance: null,
};

export const NEW_VARIANT: Omit<VariantValues, 'name' | 'price' | 'options' | 'optionsKey'> = {
  salePrice: null,
  availability: 'in_stock',
  quantity: null,
  imageUrl: null,
  isActive: true,
};

export const AVAILABILITIES = ['in_stock', 'out_of_stock', 'preorder'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

export const CONDITIONS = ['new', 'refurbished', 'used'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What India asks of imported goods. */
export interface Compliance {
  originCountry?: string;
  importerName?: string;
  importerAddress?: ImporterAddress;
}

export interface ImporterAddress {
  street1?: string;
  street2?: string;
  city?: string;
  region?: string;
  postalCode?: string;
  country?: string;
}

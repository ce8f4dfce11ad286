import { Flag, Integer, NestedList, Text, Uuid } from '../../platform/http/fields.js';

export class ConnectCatalogDto {
  @Flag({ optional: true, default: false, description: 'Replaces another connected catalog' })
  replace?: boolean;

  @Flag({ optional: true, description: 'Whether customers can order, for every number of the account' })
  isCartEnabled?: boolean;

  @Flag({
    optional: true,
    description: 'Whether profiles show the catalog; also sets `isPublic` of the catalog',
  })
  isCatalogVisible?: boolean;
}

export class ConnectionNumberDto {
  @Uuid({ nullable: true, description: 'Null: a number of the account that is not connected here' })
  senderId!: string | null;

  @Text({ example: '106540352242922' })
  phoneNumberId!: string;

  @Flag({ nullable: true })
  isCartEnabled!: boolean | null;

  @Flag({ nullable: true })
  isCatalogVisible!: boolean | null;
}

export class ConnectionWarningDto {
  @Text({ example: 'feed_present' })
  code!: string;

  @Text()
  message!: string;
}

export class ConnectionDto {
  @Text({ example: '102290129340398' })
  wabaId!: string;

  @Flag({ description: 'Whether the account sells from this catalog' })
  connected!: boolean;

  @Text({ nullable: true, example: '700100200300401' })
  connectedCatalogId!: string | null;

  @NestedList(() => ConnectionNumberDto)
  numbers!: ConnectionNumberDto[];

  @Integer({ description: 'Product feeds of the catalog at Meta' })
  feeds!: number;

  @NestedList(() => ConnectionWarningDto)
  warnings!: ConnectionWarningDto[];
}

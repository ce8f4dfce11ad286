export type ExampleKind = 'image' | 'video' | 'document';

/**
 * Templates show examples that lie in the media of the organization. Both stand on one floor, so the media provide this
 * and the templates need not know them.
 */
export abstract class ExampleFiles {
  /** The kind of each that exists. */
  abstract kinds(
    organizationId: string,
    assetIds: readonly string[],
  ): Promise<ReadonlyMap<string, ExampleKind>>;
  /** Uploads the file to the app that the token belongs to, and returns the handle by which examples name it. */
  abstract handleOf(organizationId: string, assetId: string, token: string): Promise<string>;
}

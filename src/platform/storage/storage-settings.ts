import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { type Environment, oneOf, type Parse, refuse, secret, url } from '../config/environment.js';

export interface BucketSettings {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Where the world reads what lies in the bucket. */
  publicUrl: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  isPathStyle: boolean;
}

/** Where files lie: those that the world may read, and those of messages, which it may not. */
export abstract class StorageSettings {
  abstract readonly directory: string;
  /** Undefined: new files go into the directory. */
  abstract readonly bucket: BucketSettings | undefined;
  /** How much the files of one organization may take, so that none fills the disk of all. */
  abstract readonly bytesPerOrganization: number;
}

export const GIGABYTE = 1_000_000_000;
const DEFAULT_GIGABYTES = 50;
const MOST_GIGABYTES = 1_000_000;

const NEEDED = [
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_PUBLIC_URL',
] as const;

export function readStorageSettings(environment: Environment, { dataDir }: Config): StorageSettings {
  const kind = environment.read('MEDIA_STORAGE', oneOf(['disk', 's3'])) ?? 'disk';
  const directory = join(dataDir, 'media');
  const bucket = {
    endpoint: environment.read('S3_ENDPOINT', url(['http:', 'https:'])) ?? '',
    region: environment.read('S3_REGION', secret(1)) ?? '',
    bucket: environment.read('S3_BUCKET', bucketName) ?? '',
    accessKeyId: environment.read('S3_ACCESS_KEY_ID', secret(1)) ?? '',
    secretAccessKey: environment.read('S3_SECRET_ACCESS_KEY', secret(1)) ?? '',
    publicUrl: environment.read('S3_PUBLIC_URL', url(['http:', 'https:'])) ?? '',
    isPathStyle: environment.read('S3_PATH_STYLE', yesOrNo) ?? false,
  };
  const gigabytes = environment.read('MEDIA_GB_PER_ORGANIZATION', size) ?? DEFAULT_GIGABYTES;
  const bytesPerOrganization = Math.round(gigabytes * GIGABYTE);
  if (kind === 'disk') return { directory, bucket: undefined, bytesPerOrganization };
  for (const name of NEEDED) {
    if (!environment.isSet(name)) environment.reject(name, 'is needed when MEDIA_STORAGE is s3');
  }
  return { directory, bucket, bytesPerOrganization };
}

const size: Parse<number> = (text) => {
  const value = Number(text);
  return /^\d+(\.\d+)?$/.test(text) && value > 0 && value <= MOST_GIGABYTES
    ? value
    : refuse(`must be a number of gigabytes above 0, such as 50 or 0.5, is "${text}"`);
};

const bucketName: Parse<string> = (text) =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text)
    ? text
    : refuse(`must be the name of a bucket, is "${text}"`);

const yesOrNo: Parse<boolean> = (text) => oneOf(['true', 'false'])(text) === 'true';

import { document, type Xml } from './xml.ts';
import type { S3Response } from './request.ts';

/** An answer that is an XML document. */
export function xml(root: Xml, headers: Readonly<Record<string, string>> = {}): S3Response {
  return { status: 200, headers: { ...headers, ...XML }, body: document(root) };
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): S3Response {
  return { status, headers, body: '' };
}

/** XML shows a fraction of a second that is always zero. */
export function seconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.000Z`;
}

export const XML = { 'content-type': 'application/xml' };

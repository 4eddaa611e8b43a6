export interface ObjectToPut {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly body: () => Promise<Buffer>;
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentLanguage?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** As in a query: `a=1&b=2`. */
  readonly tags?: string;
}

/** Small objects whose names are legal, and a trap for whoever decodes, splits, normalises or sorts keys carelessly. */
export function oddObjects(): readonly ObjectToPut[] {
  return ODD_KEYS.map((key, n) => {
    const content = Buffer.from(`The object with the key ${JSON.stringify(key)}\n`);
    return { key, size: content.length, body: async () => content, ...DESCRIPTIONS[n % DESCRIPTIONS.length] };
  });
}

/** A few are described, so that what is not bytes is copied too. */
const DESCRIPTIONS = [
  {},
  { contentType: 'text/plain; charset=utf-8', metadata: { origin: 'odd names' } },
  { contentType: 'image/jpeg', cacheControl: 'max-age=60', contentLanguage: 'de', tags: 'kind=odd&price=1%2B1' },
] as const;

const ODD_KEYS = [
  'red flower.jpg',
  ' leading and trailing spaces ',
  'two  spaces',
  '+',
  'a+b',
  'a%2Bb',
  'a%20b',
  '%',
  '100%',
  '%%',
  '%ZZ',
  'grüße/straße.txt',
  'emoji/😀.txt',
  'emoji/👩‍👩‍👧.txt',
  'composed/\u00E9.txt',
  'combining/e\u0301.txt',
  'sorts/\uFF5E',
  'sorts/\u{1F600}',
  'right-to-left/שלום',
  '日本語/写真.jpg',
  'double//slash',
  '/leading slash',
  'trailing slash/',
  '//',
  '..',
  '../above',
  'a/../b',
  './here',
  'dot/.',
  'semicolon;version=1',
  'query?versionId=null',
  'fragment#1',
  "quotes/'single'",
  'quotes/"double"',
  'ampersand&lt;',
  '<xml>&amp;</xml>',
  'back\\slash',
  'comma,colon:at@equals=',
  'brackets[0]{1}(2)|^~`',
  'control/\u0001\u001F\u007F',
  'control/tab\tnewline\ncarriage\rreturn',
  `long/${'k'.repeat(1019)}`,
] as const;

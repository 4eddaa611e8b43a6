import { S3Error } from '../s3-error.ts';

/** An element of XML; `undefined` children are left out. */
export function element(name: string, ...children: readonly Child[]): Xml {
  const inner = children.map((child) =>
    typeof child === 'object' ? child.xml : child === undefined ? '' : escape(child),
  );
  return { xml: `<${name}>${inner.join('')}</${name}>` };
}

/** An element, or nothing where there is no value. */
export function optional(name: string, value: string | number | boolean | undefined): Xml | undefined {
  return value === undefined ? undefined : element(name, value);
}

export function document(root: Xml): string {
  const named = root.xml.replace(/^<(?!Error\b)(\w+)>/, '<$1 xmlns="http://s3.amazonaws.com/doc/2006-03-01/">');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${named}`;
}

export interface Xml {
  readonly xml: string;
}

type Child = Xml | string | number | boolean | undefined;

/** An element that was read: its children, or its text. */
export interface Node {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Node[];
}

/**
 * Reads the small documents that clients send.
 *
 * @throws {S3Error} MalformedXML
 */
export function parseXml(text: string): Node {
  const open: { name: string; text: string; children: Node[] }[] = [{ name: '', text: '', children: [] }];
  for (const match of text.matchAll(/<\?[^>]*>|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)|</g)) {
    const [token, closing, name, empty, chars] = match;
    const top = open.at(-1);
    if (!top || token === '<') throw new S3Error('MalformedXML');
    if (chars !== undefined) top.text += unescape(chars);
    if (name === undefined) continue;
    if (closing === '/') {
      if (open.length < 2 || top.name !== name) throw new S3Error('MalformedXML');
      open.pop();
      continue;
    }
    const node = { name, text: '', children: [] };
    top.children.push(node);
    if (empty !== '/') open.push(node);
  }
  const [root] = open[0]?.children ?? [];
  if (open.length !== 1 || !root) throw new S3Error('MalformedXML');
  return root;
}

export function childrenNamed(node: Node, name: string): readonly Node[] {
  return node.children.filter((child) => child.name === name);
}

export function textOf(node: Node, name: string): string | undefined {
  return childrenNamed(node, name)[0]?.text;
}

/** Control characters have no place in XML 1.0; S3 writes them nevertheless, as references, and parsers fail or change them. */
function escape(value: string | number | boolean): string {
  return String(value).replace(/[<>&"\p{Cc}]/gu, (char) => ENTITIES[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
    (all: string, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return NAMED[name ?? ''] ?? all;
    },
  );
}

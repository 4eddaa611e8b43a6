/** HTML that may be put into a page as it is. */
export interface Html {
  readonly html: string;
}

type Value = string | number | Html | readonly Html[] | undefined;

/** HTML from a template. What is put in is text and shown as such, unless it is HTML that was made in this way. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = literals.map((literal, at) => `${literal}${written(values[at])}`);
  return { html: parts.join('') };
}

function written(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map((part) => part.html).join('\n');
}

/** Also in quoted attributes. What cannot be in HTML, or would turn round the text behind it, is shown as its code. */
function escaped(text: string): string {
  return text
    .replaceAll(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(UNSHOWABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const UNSHOWABLE = /[^\P{Cc}\n\t]|[\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** How values become heights. */
export interface Scale {
  /** Of the value: 0 at the bottom, 1 at the top. */
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** From 0, where each line stands for ten times as many as the line below: 3 differences are to be seen beside 3 million. */
export function logScale(most: number): Scale {
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, most))));
  const place = (value: number) => (value < 1 ? 0 : (Math.log10(value) + 1) / (decades + 1));
  const tens = Array.from({ length: decades + 1 }, (_, power) => 10 ** power);
  // Not so many that their labels touch.
  const every = Math.ceil(tens.length / 8);
  const shown = [0, ...tens.filter((_, at) => at % every === 0)];
  return { place, ticks: shown.map((value) => ({ value, label: short(value) })) };
}

/** From 0 to the next round number. */
export function linearScale(most: number, label: (value: number) => string = short): Scale {
  const top = roundUp(most);
  return {
    place: (value) => Math.min(1, value / top),
    ticks: [0, top / 2, top].map((value) => ({ value, label: label(value) })),
  };
}

/** 1, 2, 4 or 6, and zeros: halves of them are whole, from 2 on. */
function roundUp(most: number): number {
  if (most <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(most));
  return (
    [1, 2, 4, 6, 10].map((factor) => factor * power).find((value) => value >= most && value % 2 === 0) ?? 10 * power
  );
}

/** `1k`, `2.5M`. */
function short(value: number): string {
  for (const [unit, name] of UNITS) if (value >= unit) return `${Number((value / unit).toPrecision(3))}${name}`;
  return String(value);
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `1,234,567`. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 object`, `1,234 objects`. */
export function objects(number: number): string {
  return number === 1 ? '1 object' : `${count(number)} objects`;
}

/** Bytes as people read them: `512 bytes`, `1.5 GiB`. */
export function size(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let [number, unit] = [bytes, 'bytes'];
  for (const next of ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']) {
    // 1023.96 would be written as 1024.0.
    if (number < 1023.95) break;
    [number, unit] = [number / 1024, next];
  }
  return `${count(Number(number.toFixed(number < 100 ? 1 : 0)))} ${unit}`;
}

/** Seconds as people read them: `12 s`, `4 min 12 s`, `1 h 4 min`, `2 d 3 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${count(Math.floor(hours / 24))} d ${hours % 24} h`;
}

/** `2026-11-21 01:00:07 UTC`, of a time in ISO 8601. */
export function time(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** US dollars: `$12.30`, `$0.0042`, `less than $0.0001`. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount < 0.0001) return 'less than $0.0001';
  return `$${amount < 0.1 ? Number(amount.toPrecision(2)) : count(Number(amount.toFixed(2)))}`;
}

/** Without what would steer a terminal: names of keys are in it. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '?');
}

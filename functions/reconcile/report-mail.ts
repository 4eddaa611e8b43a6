import type { Report } from './report.ts';

/** Subject and text. */
export function mailOf(report: Report): [subject: string, text: string] {
  return [`${report.source.bucket}: ${report.status}`, JSON.stringify(report, undefined, 2)];
}

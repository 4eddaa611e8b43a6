import type { History } from './history.ts';
import type { Report } from './report.ts';

export function pageOf(report: Report, history: History): string {
  return `<!doctype html><title>${report.run}</title><pre>${JSON.stringify({ report, history })}</pre>`;
}

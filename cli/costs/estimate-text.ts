import { PRICED } from '../../shared/list-prices.ts';
import Table from 'cli-table3';
import { count, dollars, size } from '../../shared/report/in-words.ts';
import { READS_A_COPY } from './copy-costs.ts';
import { KEYS_A_PAGE } from './estimate.ts';
import type { Estimate } from './estimate.ts';

/** An estimate for a terminal. */
export function estimateText({ known, listRequests, listDollars, destinations, totalDollars }: Estimate): string {
  const { source, prefix, objects, bytes, from, notes } = known;
  const what = prefix === undefined ? source : `${source} under "${prefix}"`;
  const sides = destinations.length + 1;
  const listing =
    objects === undefined || listRequests === undefined || listDollars === undefined
      ? [
          `How many objects there are of ${what} is not known: no run has ended yet${prefix === undefined ? '' : ' that saw keys with this prefix'}, and CloudWatch has no storage metric of the bucket (S3 puts one a day).`,
          `Listing takes one request for ${count(KEYS_A_PAGE)} objects on each of ${sides} sides: objects / ${count(KEYS_A_PAGE)} x ${sides}.`,
        ]
      : [
          `${what}: ${count(objects)} objects${bytes === undefined ? ', how many bytes is not known' : `, ${size(bytes)}`} (${from}).`,
          `To list them on ${sides} sides: about ${count(listRequests)} requests, ${dollars(listDollars)}.`,
        ];
  const table = new Table({
    head: ['destination', 'to be copied', 'objects', 'bytes', 'requests', 'cost'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { bucket, basis, objects, bytes, requests, dollars: cost } of destinations)
    table.push([
      bucket,
      basis,
      shown(objects, count),
      shown(bytes, size),
      shown(requests, count),
      shown(cost, dollars),
    ]);
  return [
    ...listing,
    table.toString(),
    ...notes,
    `Each copy takes one COPY and about ${READS_A_COPY} other requests, and between Regions the transfer of its bytes.`,
    `Altogether: ${totalDollars === undefined ? 'not known' : `about ${dollars(totalDollars)}`}. By ${PRICED}; without storage, and requests to KMS.`,
    'Nothing was started.',
  ].join('\n');
}

function shown(value: number | undefined, inWords: (value: number) => string): string {
  return value === undefined ? '?' : inWords(value);
}

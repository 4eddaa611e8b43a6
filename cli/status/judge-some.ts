import { count, objects } from '../../shared/report/in-words.ts';
import type { Verdict } from './judge.ts';
import { are, messages } from './found.ts';
import type { FailedFacts } from './look-for-failed.ts';
import type { KeyFacts } from './look-for-key.ts';
import { isUnread, known } from './reading.ts';

type Judged = Pick<Verdict, 'state' | 'headline'>;

/** Whether one object is where it ought to be. Pure. */
export function headlineOfKey({ key, source, destinations }: KeyFacts): Judged {
  const name = JSON.stringify(key);
  const unread = destinations.filter(({ live, recorded }) => isUnread(live) || isUnread(recorded)).map(bucketOf);
  if (isUnread(source.live)) return wrong(`${name} could not be looked at in ${source.bucket}: ${source.live.unread}`);
  if (unread.length > 0) return wrong(`Not all is known of ${name}: see NOT READ of ${unread.join(', ')}.`);
  if (source.live.object === undefined) {
    const kept = destinations.filter(({ live }) => known(live)?.object !== undefined).map(bucketOf);
    if (kept.length > 0)
      return well(
        `${name} is not in ${source.bucket} (any more). It stays in ${kept.join(', ')}, as nothing is deleted.`,
      );
    const recorded = destinations.some(({ recorded }) => known(recorded)?.item !== undefined);
    return recorded
      ? well(`${name} is gone from ${source.bucket}, and is in no destination.`)
      : wrong(
          `There is no ${name}, neither in ${source.bucket} nor in a destination, and nothing is recorded of it. Is the key right?`,
        );
  }
  const off = destinations.filter(({ verdict }) => verdict !== 'same');
  if (off.length === 0)
    return well(`${name} is the same in ${source.bucket} and ${destinations.map(bucketOf).join(', ')}.`);
  const how = off.map(({ bucket, verdict }) => `${bucket}: ${verdict}`).join('; ');
  return wrong(
    `${name} is not the same everywhere (${how}). If it is not just being copied: npm run retry -- --key ${shellQuoted(key)}`,
  );
}

/** Whether something failed; what cannot be copied is told, and is no fault. Pure. */
export function headlineOfFailed(all: readonly FailedFacts[]): Judged {
  const unread = all.filter((one) => [one.failed, one.cannot, one.queue].some(isUnread)).map(bucketOf);
  const bad = all.flatMap(({ bucket, failed, queue }) => {
    const [listed, kept] = [known(failed), known(queue)];
    const parts = [
      ...(listed === undefined || listed.items.length === 0
        ? []
        : [`${objects(listed.items.length)}${listed.more ? ' or more' : ''} could not be copied`]),
      ...(kept === undefined || kept.messages === 0
        ? []
        : [
            `${kept.more ? `${count(kept.messages)} messages or more` : messages(kept.messages)} ${are(kept.messages)} in the queue of the failed`,
          ]),
    ];
    const odd = kept === undefined || kept.more ? 0 : kept.notUnderstood.length;
    const isOdd = parts.length === 1 && odd > 0 && odd === kept?.messages;
    return parts.length === 0 ? [] : [{ bucket, said: `${bucket}: ${parts.join(', ')}`, isOdd }];
  });
  const unknown = unread.length === 0 ? '' : ` Not all could be read: see NOT READ of ${unread.join(', ')}.`;
  // To try these again would bring them back at once.
  if (bad.length > 0 && bad.every(({ isOdd }) => isOdd))
    return wrong(
      `${bad.map(({ said }) => said).join('. ')}, and nobody understands what they say: see "Messages that nobody understands" in docs/RUNBOOK.md.${unknown}`,
    );
  if (bad.length > 0)
    return wrong(
      `${bad.map(({ said }) => said).join('. ')}. When what the reasons say is mended: npm run retry -- ${bad.length === 1 ? `--destination ${bad[0]?.bucket} ` : ''}--failed${unknown}`,
    );
  if (unknown !== '') return wrong(unknown.trim());
  const cannot = all.reduce((sum, one) => sum + (known(one.cannot)?.items.length ?? 0), 0);
  return well(
    cannot === 0 ? 'Nothing has failed.' : `Nothing has failed; ${objects(cannot)} cannot be copied as they are.`,
  );
}

function well(headline: string): Judged {
  return { state: 'well', headline };
}

function wrong(headline: string): Judged {
  return { state: 'wrong', headline };
}

function bucketOf({ bucket }: { readonly bucket: string }): string {
  return bucket;
}

function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { messagesFor } from '../../shared/topic/send-to-queue.ts';
import type { Inbox } from './inbox.ts';
import { UNRECORDED } from './settle.ts';
import type { Report } from './settle.ts';

/** Where no message tells of these keys, one is made: looked at again, they are recorded. Never throws. */
export async function putAside(
  keys: ReadonlySet<ObjectKey>,
  { inbox, report }: { readonly inbox: Inbox | undefined; readonly report: Pick<Report, 'inboxRefused'> },
): Promise<void> {
  for (const body of messagesFor([...keys])) {
    const message = { id: 'none', body };
    try {
      await inbox?.toFailed(message, UNRECORDED);
    } catch (error) {
      report.inboxRefused(message, error);
    }
  }
}

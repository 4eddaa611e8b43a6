import type { Inbox } from '../../functions/replicate/inbox.ts';
import type { Message } from '../../functions/replicate/read-batch.ts';

/** A queue as SQS keeps one, in virtual milliseconds. */
export class InboxModel implements Inbox {
  readonly #messages = new Map<string, Queued>();
  readonly #options: { readonly now: () => number; readonly visibility: number };
  readonly failed: { readonly message: Message; readonly why: string }[] = [];
  /** Told, for each message, when it can be received. */
  onVisible: (at: number) => void = () => undefined;
  #sent = 0;

  constructor(options: { readonly now: () => number; readonly visibility: number }) {
    this.#options = options;
  }

  send(body: object): void {
    const id = `m${++this.#sent}`;
    this.#messages.set(id, { body: JSON.stringify(body), visibleAt: this.#options.now(), count: 0 });
    this.onVisible(this.#options.now());
  }

  receive(most: number): Message[] {
    const { now, visibility } = this.#options;
    const visible = [...this.#messages].filter(([, { visibleAt }]) => visibleAt <= now()).slice(0, most);
    return visible.map(([id, queued]) => {
      queued.visibleAt = now() + visibility;
      queued.count++;
      this.onVisible(queued.visibleAt);
      return { id, body: queued.body, receipt: { handle: id, count: queued.count } };
    });
  }

  remove(id: string): void {
    this.#messages.delete(id);
  }

  toFailed(message: Message, why: string): Promise<void> {
    this.failed.push({ message, why });
    return Promise.resolve();
  }

  comeBackSooner({ id, receipt }: Message): Promise<void> {
    const queued = this.#messages.get(id);
    const pause = Math.min(this.#options.visibility, 60_000 * 2 ** ((receipt?.count ?? 1) - 1));
    if (queued !== undefined) {
      queued.visibleAt = this.#options.now() + pause;
      this.onVisible(queued.visibleAt);
    }
    return Promise.resolve();
  }
}

interface Queued {
  readonly body: string;
  visibleAt: number;
  count: number;
}

import type { Files } from '../../shared/runs/files.ts';

/** A file of our own, as whoever wrote it describes it; `undefined` if there is none. */
export async function readJson<T>(files: Pick<Files, 'read'>, name: string): Promise<T | undefined> {
  const file = await files.read(name);
  return file === undefined ? undefined : JSON.parse(file.text);
}

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFolder } from '../../local/folder.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'folder-'))));
afterEach(async () => rm(folder, { recursive: true, force: true }));

const put = (name: string, content = 'x') => writeFile(join(folder, name), content);
const keys = async () => (await readFolder(folder)).files.map(({ key }) => key);

describe('readFolder()', () => {
  it('finds the files of all folders below, hidden and empty ones too', async () => {
    await mkdir(join(folder, 'a/b/empty folder'), { recursive: true });
    await put('.hidden');
    await put('a/b/c.txt', 'abc');
    await put('empty', '');
    const { files, skipped } = await readFolder(folder);
    expect(files.map(({ key, size }) => [key, size])).toEqual([
      ['.hidden', 1],
      ['a/b/c.txt', 3],
      ['empty', 0],
    ]);
    expect(skipped).toEqual([]);
  });

  it('takes odd names as they are', async () => {
    const names = [' ', '%2B', '+', 'a\nb', 'back\\slash', 'e\u0301', '😀', ';&<"\''];
    for (const name of names) await put(name);
    expect((await keys()).toSorted()).toEqual(names.toSorted());
  });

  it('follows links, but not in circles, and tells of those to nothing', async () => {
    await mkdir(join(folder, 'real'));
    await put('real/file');
    await symlink('real/file', join(folder, 'link'));
    await symlink('real', join(folder, 'linked folder'));
    await symlink('..', join(folder, 'real/circle'));
    await symlink('nowhere', join(folder, 'broken'));
    const { files, skipped } = await readFolder(folder);
    expect(files.map(({ key }) => key)).toEqual(['link', 'linked folder/file', 'real/file']);
    expect(skipped).toEqual([
      `${join(folder, 'broken')} (a link to nothing)`,
      `${join(folder, 'linked folder/circle')} (a link to a folder above it)`,
      `${join(folder, 'real/circle')} (a link to a folder above it)`,
    ]);
  });

  it('tells of a path that is too long for a key', async () => {
    const deep = Array.from({ length: 5 }, () => 'd'.repeat(220)).join('/');
    await mkdir(join(folder, deep), { recursive: true });
    await put(`${deep}/file`);
    await put('short');
    const { files, skipped } = await readFolder(folder);
    expect(files.map(({ key }) => key)).toEqual(['short']);
    expect(skipped).toEqual([expect.stringContaining('1,024 bytes')]);
  });

  it('refuses a folder that is not there, is a file, or holds no file, and says what to do', async () => {
    await expect(readFolder(join(folder, 'absent'))).rejects.toThrow(
      /absent": there is no such file or folder; name one that exists/,
    );
    await mkdir(join(folder, 'empty'));
    await expect(readFolder(join(folder, 'empty'))).rejects.toThrow('there is no file in it; name one with files');
    await put('file');
    await expect(readFolder(join(folder, 'file'))).rejects.toThrow('it is not a folder; name one');
  });

  it.each(['secret', ''])('refuses a file or folder that cannot be read: "%s"', async (name) => {
    await put('secret');
    const isReadable = async (path: string) => path !== join(folder, name);
    await expect(readFolder(folder, { isReadable })).rejects.toThrow(
      `Cannot put "${join(folder, name)}": this user may not read it`,
    );
  });
});

// The package as people get it: packed by npm.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';

/**
 * Packs what is built into a folder.
 *
 * @param {string} folder
 * @returns {{ tarball: string, files: string[], size: number }} the path of the tarball, the paths in it, and its bytes
 */
export function pack(folder) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, root];
  const answer = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }));
  // An object by name in newer versions of npm, a list in older ones.
  const [{ filename, files, size }] = Object.values(answer);
  return { tarball: join(folder, filename), files: files.map(({ path }) => path), size };
}

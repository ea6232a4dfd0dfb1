// Reads versions out of the files and outputs that name them.

/**
 * The version of a crate in Cargo.lock.
 * @param {string} lock the text of Cargo.lock
 * @param {string} crate
 */
export function lockedVersion(lock, crate) {
  return new RegExp(`^name = "${crate}"\\r?\\nversion = "([^"]+)"`, 'm').exec(lock)?.[1];
}

/**
 * The first version number in a program's own words, such as `rustc 1.96.0 (…)`.
 * @param {string} [text]
 */
export function versionIn(text = '') {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}

/**
 * Whether `version` is `least` or newer.
 * @param {string} version
 * @param {string} least
 */
export function atLeast(version, least) {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

/**
 * Whether the text of /etc/os-release is that of Debian or a system made from it.
 * @param {string} osRelease
 */
export function isDebian(osRelease) {
  const value = (key) => new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  return `${value('ID')} ${value('ID_LIKE')}`.split(' ').includes('debian');
}

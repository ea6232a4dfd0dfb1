// Which hosts get trace headers from a server where `tracePropagationTargets` is not set: those that are surely not on the public
// internet. What a header says (a release, an environment, a name of a transaction) is nobody else's business, and a stranger's
// server could send such headers back. Hosts are as URLs print them: in small letters, addresses in their shortest form.

/**
 * The last labels of names that nobody can register: special-use domains (`localhost`, `local`, `test`, `internal` and `home.arpa`:
 * RFC 6761, RFC 6762, RFC 8375), what private networks use beside these (RFC 6762, appendix G), and services in a cluster.
 */
const PRIVATE_NAMES =
  /\.(localhost|local|test|internal|home\.arpa|intranet|private|corp|home|lan|svc|consul)$/;

/** Loopback, private, link-local and shared addresses (RFC 1122, RFC 1918, RFC 3927, RFC 6598), and that of no host. */
const PRIVATE_IPV4 =
  /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|0\.0\.0)\./;

/** The same of IPv6: `::1`, `::`, `fc00::/7` and `fe80::/10` (RFC 4291, RFC 4193). */
const PRIVATE_IPV6 = /^\[(::1?|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*)\]$/;

/** An IPv4 address that is written as one of IPv6 (RFC 4291, section 2.5.5.2). */
const MAPPED = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/;

/** Whether a host is surely not on the public internet. */
export function isInternal(host: string): boolean {
  if (host.startsWith('[')) {
    const [, high = '', low = ''] = MAPPED.exec(host) ?? [];
    return high ? PRIVATE_IPV4.test(`${bytes(high)}.${bytes(low)}`) : PRIVATE_IPV6.test(host);
  }
  // URLs know no other address whose last label is a number.
  if (/\.\d+$/.test(host)) return PRIVATE_IPV4.test(host);
  // A dot at the end says that the name is whole: then a single label is one of a top-level domain.
  const isWhole = host.endsWith('.');
  const name = isWhole ? host.slice(0, -1) : host;
  if (!name.includes('.')) return isWhole ? name === 'localhost' : name !== '';
  return PRIVATE_NAMES.test(name);
}

/** Four hexadecimal digits as two numbers of an address. */
function bytes(digits: string): string {
  const number = Number.parseInt(digits, 16);
  return `${number >> 8}.${number & 255}`;
}

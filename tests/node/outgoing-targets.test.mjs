// Which hosts get headers from a server: by default those that are surely not on the public internet, else what is listed.
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { after, before, beforeEach, describe, it, mock } from 'node:test';
import * as Throughline from '../../dist/node.js';

/** Takes requests, and sends none of them: headers are written before a connection is made. */
const nowhere = (protocol) => ({ protocol, defaultPort: protocol === 'http:' ? 80 : 443, addRequest() {} });

/** Whether a request to an address would carry headers. */
function carries(url) {
  const secure = url.startsWith('https');
  const agent = nowhere(secure ? 'https:' : 'http:');
  return Boolean((secure ? https : http).request(new URL(url), { agent }).getHeader('sentry-trace'));
}

/** Whether one by `node:http` would, as its options say. */
const carriesTo = (options) =>
  Boolean(http.request({ agent: nowhere('http:'), ...options }).getHeader('sentry-trace'));

/** Places, as URLs have them: hosts with or without a port. */
const INTERNAL = `
  localhost localhost:3000 LOCALHOST localhost. api.localhost a.b.localhost
  orders orders:8080 my_service redis-0 xn--mnchen-3ya münchen
  orders.local printer.local. db.internal api.svc orders.shop.svc orders.shop.svc.cluster.local host.docker.internal
  nas.lan router.home.arpa wiki.intranet wiki.corp nas.home api.test vault.service.consul x.private
  user:password@localhost evil.com@localhost
  127.0.0.1 127.0.0.1:3000 127.1 127.255.255.254 0x7f.1 2130706433 0177.0.0.1 0.0.0.0
  10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1 100.127.255.255
  [::1] [::1]:3000 [0:0:0:0:0:0:0:1] [::] [fc00::1] [fd12:3456::1] [fe80::1] [febf::1]
  [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.1.2.3] [::ffff:192.168.1.1]
`;

const PUBLIC = `
  example.com api.example.com:3000 example.com. com. ai. orders.
  localhost.evil.com localhost.evil.com:3000 local.evil.com evil-localhost.com evil.localhost.com notlocal.io
  internal.evil.com evil.internal.io svc.io lan.io test.io example.svc.io svc-x.io x.homearpa x.arpa 1.0.0.127.in-addr.arpa
  orders.shop api.dev x.app xlocalhost.com a.xlocal b.mytest c.notinternal
  localhost@evil.com localhost:3000@evil.com 127.0.0.1@evil.com user:localhost@evil.com
  evil.com\\@localhost localhost%2eevil.com localhost。evil.com localhost．evil.com ⓔvil.com xn--e1afmkfd.com
  8.8.8.8 126.255.255.255 128.0.0.1 11.0.0.1 9.255.255.255 172.15.0.1 172.32.0.1 192.167.0.1 192.169.0.1 169.253.0.1
  100.63.255.255 100.128.0.1 0.0.1.1 010.8.8.8 0x8.8.8.8 127.0.0.1.nip.io 10.0.0.1.evil.com
  [2001:db8::1] [2606:4700::1111] [::2] [::1:1] [fbff::1] [fe00::1] [fec0::1] [ff02::1] [fc::1] [fd::1] [fd:1::1] [fc:1::1] [fe8::1] [fe8:1::1]
  [::ffff:8.8.8.8] [::ffff:808:808] [64:ff9b::7f00:1] [::ffff:0:7f00:1]
`;

const words = (list) => list.split(/\s+/).filter(Boolean);

describe('headers go from a server', () => {
  const said = mock.method(console, 'warn', () => {});
  const start = (options) =>
    Throughline.init({
      tracesSampleRate: 1,
      integrations: [Throughline.httpIntegration({ incoming: false })],
      ...options,
    });
  beforeEach(() => Throughline.close());
  after(() => Throughline.close());

  describe('by default', () => {
    before(() => Throughline.close());

    it('to hosts that are surely not on the public internet', () => {
      start();
      const wrong = words(INTERNAL).flatMap((place) =>
        ['http', 'https'].filter((scheme) => !carries(`${scheme}://${place}/x`)).map(() => place),
      );
      assert.deepEqual(wrong, []);
    });

    it('to no others', () => {
      start();
      const wrong = words(PUBLIC)
        .flatMap((place) => ['http', 'https'].map((scheme) => `${scheme}://${place}/x`))
        // What is no address sends no request.
        .filter((url) => URL.canParse(url) && carries(url));
      assert.deepEqual(wrong, []);
    });

    it('to the host that is asked for, whatever the header `Host` and the path say', () => {
      start();
      assert.equal(carriesTo({ host: 'evil.com', headers: { host: 'localhost' } }), false);
      assert.equal(carriesTo({ host: 'evil.com', headers: { host: 'localhost:80' }, port: 80 }), false);
      assert.equal(carriesTo({ host: 'localhost', path: '/x?@evil.com' }), true);
      assert.equal(carriesTo({ host: 'evil.com', path: '/@localhost' }), false);
      assert.equal(carriesTo({ host: 'evil.com', path: '//localhost/x' }), false);
      // No names of hosts, however a URL would read them.
      for (const mark of ['/', '?', '#', '@', '\\', ' ']) {
        assert.equal(carriesTo({ host: `localhost${mark}.evil.com` }), false, mark);
        assert.equal(carriesTo({ host: `evil.com${mark}localhost` }), false, mark);
      }
      // As a proxy is asked, or somebody who is given what a client wrote: whoever it is reads the headers.
      assert.equal(carriesTo({ host: 'localhost', path: 'http://evil.com/x' }), false);
      assert.equal(carriesTo({ host: 'evil.com', path: 'http://localhost/x' }), false);
      assert.equal(carriesTo({ host: 'proxy', port: 3128, path: 'http://localhost/x' }), true);
      assert.equal(carriesTo({ host: 'evil.com/', path: 'http://localhost/x' }), false);
      assert.equal(carriesTo({ socketPath: '/var/run/docker.sock', path: '/x' }), true);
    });
  });

  it('where targets are set, to these only', () => {
    start({
      tracePropagationTargets: ['api.example.com', /^https:\/\/other\.test\/v1/, '//intern', '/path'],
    });
    const judged = (...urls) => urls.map(carries);
    assert.deepEqual(
      judged(
        'https://api.example.com/x',
        'http://eu.api.example.com:81/',
        'https://other.test/v1/x',
        'http://intern/',
      ),
      [true, true, true, true],
    );
    assert.deepEqual(
      judged(
        'http://localhost/',
        'http://127.0.0.1/path',
        'http://intern.evil.com/',
        'https://api.example.com.evil.io/',
        'https://evil.io/?https://other.test/v1',
        'https://evil.io/path',
      ),
      Array(6).fill(false),
    );
    const by = (host) => carriesTo({ host, path: 'https://api.example.com/x' });
    assert.deepEqual([by('api.example.com'), by('intern'), by('proxy')], [true, true, false]);
    start({ tracePropagationTargets: [] });
    assert.deepEqual(judged('http://localhost/', 'https://api.example.com/'), [false, false]);
  });

  it('and as they are now, not as they were', () => {
    const client = start();
    assert.equal(carries('http://later.example.com/'), false);
    client.getOptions().tracePropagationTargets = ['later.example.com'];
    assert.equal(carries('http://later.example.com/'), true);
    assert.equal(carries('http://localhost/'), false);
  });

  it('and under `debug` it is said once of each host why it got none', () => {
    start({ debug: true });
    said.mock.resetCalls();
    for (const path of ['a', 'b', 'a']) carries(`https://told.example.com/${path}`);
    carries('https://other.example.com/');
    carries('http://localhost/');
    const about = () =>
      said.mock.calls
        .map(({ arguments: [text] }) => text)
        .filter((text) => /carry no trace headers/.test(text));
    assert.deepEqual(about(), [
      '[throughline] requests to told.example.com carry no trace headers: it may be on the public internet, and tracePropagationTargets is not set',
      '[throughline] requests to other.example.com carry no trace headers: it may be on the public internet, and tracePropagationTargets is not set',
    ]);
    start({ debug: true, tracePropagationTargets: ['api.example.com'] });
    carries('https://third.example.com/');
    assert.match(about().at(-1), /third\.example\.com .*: none of tracePropagationTargets matches$/);
    assert.equal(about().length, 3);
    const agent = nowhere('http:');
    start({ debug: true });
    http.request({ host: 'listed.internal', headers: ['host', 'listed.internal'], agent });
    assert.match(about().at(-1), /listed\.internal .*: the headers of a request were given as a list/);
    start();
    carries('https://fourth.example.com/');
    assert.equal(about().length, 4);
  });
});

// The application in Rust of tests/rust/visit, built as its developer would build it.
import { build } from './rust.mjs';

/** Builds it with features. Answers with what a server serves, by its path below `/visit/`. */
export function buildVisit(...features) {
  return build('visit', '/visit', { features });
}

/** What a page has in its head to start the application. */
export function visitTag(server, idle = 20) {
  return `<script type="module">
    import * as app from '/visit/visit.js';
    await app.default({ module_or_path: '/visit/visit_bg.wasm' });
    app.start('${server.tunnel}', ${idle});
    globalThis.app = app;
    document.documentElement.dataset.started = 'yes';
  </script>`;
}

// `npm run setup`: installs what the build, the tests and the demo need. Can be interrupted and run again.
import { main, say } from './lib/say.mjs';
import { setup } from './setup/index.mjs';

await main(async () => {
  await setup();
  say('set-up is complete. To run the tools by hand, put them in your PATH:');
  console.log('  export PATH="$PWD/.tools/bin:$PATH"');
});

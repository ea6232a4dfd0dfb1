// Programs that a test starts and ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long a program may take until it is ready, in milliseconds. */
export const PATIENCE = 60_000;

/** Starts a program; it ends with this process at the latest. */
export function start(path, args, { env, stdio } = {}) {
  const child = spawn(path, args, { env: { ...process.env, ...env }, stdio: stdio ?? 'ignore' });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').finally(() => process.off('exit', kill));
  return {
    child,
    /** Ends it, and waits until it has. */
    async end() {
      child.kill();
      const late = setTimeout(kill, PATIENCE);
      await ended.catch(() => {});
      clearTimeout(late);
    },
    /** What a pattern finds in what the program says there, once it says it. */
    async says(stream, pattern) {
      let said = '';
      const found = new Promise((resolve) => {
        stream.on('data', (data) => {
          said += data;
          const match = pattern.exec(said);
          if (match) resolve(match[1]);
        });
      });
      let timer;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, PATIENCE);
      });
      const answer = await Promise.race([found, late, ended.then(() => {})]);
      clearTimeout(timer);
      if (answer === undefined) throw new Error(`${path} did not become ready: ${said}`);
      return answer;
    },
  };
}

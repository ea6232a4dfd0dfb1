// A SQLite file of one service. Every statement is a `db.query` span, as an instrumented driver would
// make it: the name is the statement with placeholders, so values never reach the trace.

import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { startSpan } from './sdk.mjs';
import { DATA_DIR } from './settings.mjs';

/**
 * Opens `<name>-<port>.sqlite`. The port makes the file this process's own, because only one process
 * can listen on it; two demos side by side do not share files.
 */
export function openDatabase(name, port, schema) {
  const file = `${name}-${port}.sqlite`;
  const database = open(join(DATA_DIR, file), schema);

  const query = (text, run) =>
    startSpan(
      {
        name: text,
        op: 'db.query',
        attributes: {
          'db.system.name': 'sqlite',
          'db.namespace': file,
          'db.operation.name': text.split(' ', 1)[0],
          'db.query.text': text,
        },
      },
      run,
    );

  return {
    /** Runs a statement; the answer's `lastInsertRowid` is the id of a new row. */
    run: (text, values) => query(text, () => database.run(text, values)),
    /** The first row, or null. */
    get: (text, values) => query(text, () => database.get(text, values)),
    close: () => database.close(),
  };
}

function open(path, schema) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // The library locks with a directory, which stays behind when a process is killed.
    rmSync(`${path}.lock`, { recursive: true, force: true });
    const database = new sqlite.Database(path);
    database.exec(schema);
    return database;
  } catch (error) {
    console.error(
      `Cannot open the database ${path} (${error.message}): DATA_DIR has to be a writable folder.`,
    );
    process.exit(1);
  }
}

// A queue of texts in IndexedDB, that outlives the page. Each change is one transaction, so that two pages never take the same
// text, and never add past the bound; the small libraries for keys and values cannot do that.

/** A queue in a database. */
export class OfflineStore {
  private opened: Promise<IDBDatabase> | undefined;

  /** `most`: so many texts are kept. */
  constructor(
    private readonly database: string,
    private readonly name: string,
    private readonly most: number,
  ) {}

  /** Adds a text at the end, or at the beginning; answers whether it is kept. */
  async add(text: string, isFirst: boolean): Promise<boolean> {
    try {
      const key = await this.change((store, keys) => {
        if (keys.length >= this.most) return undefined;
        return store.put(text, isFirst ? Math.min(1, ...keys) - 1 : Math.max(0, ...keys) + 1);
      });
      return key !== undefined;
    } catch {
      return false;
    }
  }

  /** Takes the first; nothing where there is none. */
  async take(): Promise<unknown> {
    try {
      return await this.change((store, [first]) => {
        if (first === undefined) return undefined;
        const found = store.get(first);
        store.delete(first);
        return found;
      });
    } catch {
      return undefined;
    }
  }

  private async change(
    act: (store: IDBObjectStore, keys: number[]) => IDBRequest | undefined,
  ): Promise<unknown> {
    this.opened ??= this.open();
    // What cannot be opened now may be later.
    this.opened.catch(() => {
      this.opened = undefined;
    });
    const change = (await this.opened).transaction(this.name, 'readwrite');
    const store = change.objectStore(this.name);
    return new Promise((resolve, reject) => {
      let done: IDBRequest | undefined;
      const keys = store.getAllKeys();
      keys.onsuccess = () => {
        done = act(store, keys.result as number[]);
      };
      change.oncomplete = () => resolve(done?.result);
      change.onabort = () => reject(change.error);
    });
  }

  private open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.database);
      request.onupgradeneeded = () => request.result.createObjectStore(this.name);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        // Somebody deletes it, or gives it another form: nobody waits for us.
        database.onversionchange = () => {
          this.opened = undefined;
          database.close();
        };
        resolve(database);
      };
    });
  }
}

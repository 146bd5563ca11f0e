import type { Entry, Waiting } from './outbox'

const databaseName = 'vantage-officer'
const storeName = 'outbox'

/** Keeps the outbox where a reload, a crash or an empty battery does not lose it. */
export interface Store {
  readonly load: (user: string) => Promise<readonly Entry[]>
  readonly add: (user: string, waiting: Waiting) => Promise<Entry>
  readonly remove: (ids: readonly number[]) => Promise<void>
}

/** The browser's database; where it is refused, as in some private windows, the page's memory. */
export async function openStore(): Promise<Store> {
  try {
    return storeOn(await open())
  } catch {
    return memoryStore()
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1)
    request.onupgradeneeded = () => { request.result.createObjectStore(storeName, { keyPath: 'id', autoIncrement: true }) }
    request.onsuccess = () => { resolve(request.result) }
    request.onerror = () => { reject(request.error ?? new Error('no database')) }
  })
}

function storeOn(database: IDBDatabase): Store {
  /** Resolves when the transaction is on the disk, and not when the request in it has an answer. */
  const write = <T>(work: (store: IDBObjectStore) => IDBRequest<T> | null): Promise<T | undefined> => new Promise((resolve, reject) => {
    const transaction = database.transaction(storeName, 'readwrite', { durability: 'strict' })
    const request = work(transaction.objectStore(storeName))
    transaction.oncomplete = () => { resolve(request?.result) }
    transaction.onerror = () => { reject(transaction.error ?? new Error('not stored')) }
    transaction.onabort = () => { reject(transaction.error ?? new Error('not stored')) }
  })
  return {
    load: (user) => new Promise((resolve, reject) => {
      const request = database.transaction(storeName).objectStore(storeName).getAll() as IDBRequest<Entry[]>
      request.onsuccess = () => { resolve(request.result.filter((entry) => entry.user === user)) }
      request.onerror = () => { reject(request.error ?? new Error('not read')) }
    }),
    add: async (user, waiting) => {
      const id = await write((store) => store.add({ ...waiting, user }))
      return { ...waiting, user, id: id as number }
    },
    remove: async (ids) => {
      await write((store) => {
        ids.forEach((id) => store.delete(id))
        return null
      })
    },
  }
}

function memoryStore(): Store {
  let entries: readonly Entry[] = []
  let last = 0
  return {
    load: (user) => Promise.resolve(entries.filter((entry) => entry.user === user)),
    add: (user, waiting) => {
      const entry: Entry = { ...waiting, user, id: ++last }
      entries = [...entries, entry]
      return Promise.resolve(entry)
    },
    remove: (ids) => {
      entries = entries.filter((entry) => !ids.includes(entry.id))
      return Promise.resolve()
    },
  }
}

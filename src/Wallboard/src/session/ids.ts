/** Names what is made here, once and for all. Pages that are not served by HTTPS have no `randomUUID`. */
export const newId = (): string => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

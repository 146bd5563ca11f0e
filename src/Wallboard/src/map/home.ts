import type { Bounds } from '../stage/span'

/** Changning from its airport to its old town; fitted to whatever shape the screen has. */
export const home: Bounds = { west: 121.336, south: 31.183, east: 121.444, north: 31.236 }
export const homePadding = 12

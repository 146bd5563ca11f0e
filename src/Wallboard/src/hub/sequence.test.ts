import { describe, expect, it } from 'vitest'
import { follow, startOfConnection } from './sequence'

describe('the numbers of a connection’s frames', () => {
  it('begin with a reset; what comes before it is not a picture', () => {
    expect(follow(startOfConnection, { seq: 1, reset: false })).toEqual([{ last: 1, lost: true }, 'ignore'])
    expect(follow(startOfConnection, { seq: 1, reset: true })).toEqual([{ last: 1, lost: false }, 'take'])
  })

  it('are taken one after the other', () => {
    expect(follow({ last: 7, lost: false }, { seq: 8, reset: false })).toEqual([{ last: 8, lost: false }, 'take'])
  })

  it('ask for the whole picture once when one is missing, and wait for it', () => {
    const [gap, verdict] = follow({ last: 7, lost: false }, { seq: 9, reset: false })
    expect(verdict).toBe('resync')
    expect(follow(gap, { seq: 10, reset: false })).toEqual([{ last: 10, lost: true }, 'ignore'])
    expect(follow(gap, { seq: 11, reset: true })).toEqual([{ last: 11, lost: false }, 'take'])
  })

  it('never go back', () => {
    expect(follow({ last: 7, lost: false }, { seq: 7, reset: true })).toEqual([{ last: 7, lost: false }, 'ignore'])
  })
})

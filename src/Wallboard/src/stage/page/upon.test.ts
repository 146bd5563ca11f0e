import { describe, expect, it } from 'vitest'
import type { LaidOut } from '../calls'
import { upon } from './upon'

const screen = (key: string, others: Partial<LaidOut> = {}): LaidOut =>
  ({ key, name: key, role: 'free', link: 'follow', column: 0, row: 0, columns: 1, rows: 1, spans: false, pitch: null, ...others })

describe('a layout that is saved', () => {
  it('keeps what others changed meanwhile, and changes what was changed in it', () => {
    const before = [screen('a'), screen('b', { link: 'lead' })]
    const here = [screen('a', { name: '左屏' }), screen('b', { link: 'alone' })]
    const now = [screen('a', { link: 'lead' }), screen('b', { link: 'follow' })]
    expect(upon(before, here, now)).toEqual([screen('a', { name: '左屏', link: 'lead' }), screen('b', { link: 'alone' })])
  })

  it('has the screens that it was given: new ones as they are, removed ones not, those that another removed meanwhile, and those that another added', () => {
    const before = [screen('a'), screen('b'), screen('c')]
    const here = [screen('a'), screen('c'), screen('new', { column: 3 })]
    expect(upon(before, here, [screen('a'), screen('b'), screen('another')]).map((each) => each.key)).toEqual(['a', 'c', 'new', 'another'])
  })
})

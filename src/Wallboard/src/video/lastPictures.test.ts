import { expect, test } from 'vitest'
import { createLastPictures } from './lastPictures'

const taken = (takenAt: number) => ({ picture: new Blob(), takenAt })

test('keeps the newest picture of each camera, and of so many cameras only', () => {
  const pictures = createLastPictures(2)
  expect(pictures.of('a')).toBeNull()
  pictures.keep('a', taken(1))
  pictures.keep('b', taken(2))
  pictures.keep('a', taken(3))
  pictures.keep('c', taken(4))
  expect(pictures.of('a')?.takenAt).toBe(3)
  expect(pictures.of('b')).toBeNull()
  expect(pictures.of('c')?.takenAt).toBe(4)
})

/** The longer side of a picture that is sent, in pixels. */
const longestSide = 1600

/** Makes a photo small enough for a poor network. What the camera wrote beside it, such as a position, is left behind. Throws when it is no picture. */
export async function scaleDown(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) {
        reject(new Error('no picture'))
      } else {
        resolve(blob)
      }
    }, 'image/jpeg', 0.82)
  })
}

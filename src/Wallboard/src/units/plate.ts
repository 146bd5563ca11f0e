/** A Chinese plate as it is painted, with the dot after the two signs of the place: 沪A12345 → 沪A·12345. */
export function formatPlate(plate: string): string {
  const bare = plate.replace(/[\s·.\-]/g, '')
  return /^[\u4e00-\u9fff][A-Z][A-Z0-9\u4e00-\u9fff]{4,6}$/.test(bare) ? `${bare.slice(0, 2)}·${bare.slice(2)}` : plate
}

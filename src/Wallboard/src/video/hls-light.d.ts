/** The package's build without what live pictures do not need comes without types: they are those of the whole. */
declare module 'hls.js/light' {
  export { default } from 'hls.js'
}

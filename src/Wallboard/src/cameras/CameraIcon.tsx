/** The camera's glyph of the map, for text: a lens, filled while it is online, and the way it looks. */
export function CameraIcon(props: { online: boolean }) {
  return (
    <svg class="camera-icon" data-online={props.online} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 19 9 5a16 16 0 0 1 14 0Z" />
      <circle cx="16" cy="19" r="6.500" />
      <circle class="pupil" cx="16" cy="19" r="2.500" />
    </svg>
  )
}

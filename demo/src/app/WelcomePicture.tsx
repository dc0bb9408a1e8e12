/** What a workspace looks like, in a few shapes. */
export function WelcomePicture() {
  return (
    <div className="picture" aria-hidden="true">
      <div className="picture-card picture-sticky">
        <i />
        <i />
        <i />
      </div>
      <div className="picture-card picture-timer">
        <b>08:00</b>
        <span>
          <em />
        </span>
      </div>
      <div className="picture-card picture-note">
        <strong />
        <i />
        <i />
        <i />
        <i />
        <i />
        <i />
        <i />
      </div>
      <div className="picture-card picture-keys">
        {Array.from({length: 12}, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: twelve equal keys
          <u key={index} />
        ))}
      </div>
    </div>
  )
}

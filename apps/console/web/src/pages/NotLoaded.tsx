import { ErrorNotice } from "../components/Notice";

/** In place of a page whose script did not arrive: the network failed, or the console was upgraded under an open tab. */
export function NotLoaded() {
  return (
    <div className="page">
      <div className="page-head">
        <h1>Metrics</h1>
      </div>
      <ErrorNotice
        message="This page could not be loaded."
        action="Reload"
        retry={() => {
          window.location.reload();
        }}
      />
    </div>
  );
}

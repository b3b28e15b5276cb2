import type { Resource } from "../state/useResource";

/** What went wrong, and a way to try again. */
export function ErrorNotice({ message, retry }: { message: string; retry: () => void }) {
  return (
    <div className="notice bad" role="alert">
      <p>{message}</p>
      <button type="button" className="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

/** Says that what is shown is the last good answer, and how old; nothing while all is well. */
export function StaleNote({ resource }: { resource: Resource<unknown> }) {
  const { data, error, loadedAt, retry } = resource;
  if (data === null || error === null || loadedAt === null) return null;
  return (
    <div className="notice warn" role="status">
      <p>
        <strong>Stale:</strong> {error} Shown is what arrived at{" "}
        {new Date(loadedAt).toLocaleTimeString("en-GB")}.
      </p>
      <button type="button" className="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

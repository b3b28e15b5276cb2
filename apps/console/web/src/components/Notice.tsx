import type { Resource } from "../state/useResource";

/** Faults that the page has told already: a part of it does not repeat them. */
export type Said = readonly (string | null)[];

/** What went wrong, and a way to try again. */
export function ErrorNotice({
  message,
  retry,
  action = "Try again",
}: {
  message: string;
  retry: () => void;
  action?: string;
}) {
  return (
    <div className="notice bad" role="alert">
      <p>{message}</p>
      <button type="button" className="button" onClick={retry}>
        {action}
      </button>
    </div>
  );
}

/** Says that what is shown is the last good answer, and how old; nothing while all is well, or after `said`. */
export function StaleNote({ resource, said }: { resource: Resource<unknown>; said?: Said }) {
  const { data, error, loadedAt, retry } = resource;
  if (data === null || error === null || loadedAt === null || said?.includes(error)) return null;
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

import { useCallback, useEffect, useState } from "react";
import { ApiError, load, type Answers } from "../api/client";

/** Something loaded: `data` stays through later failures (then `error` says why it is stale). */
export interface Resource<Data> {
  data: Data | null;
  error: string | null;
  /** HTTP status of the failure; 0 when nothing came back. */
  status: number | null;
  loadedAt: number | null;
  retry: () => void;
}

interface Held<Data> {
  url: string;
  data: Data | null;
  error: string | null;
  status: number | null;
  loadedAt: number | null;
}

/** Load `url` now, again at each new `tick`; a request that a newer one replaces is aborted. Null loads nothing. */
export function useResource<Kind extends keyof Answers>(
  url: string | null,
  tick: number,
): Resource<Answers[Kind]> {
  const [held, setHeld] = useState<Held<Answers[Kind]> | null>(null);
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => {
    setAttempt((count) => count + 1);
  }, []);

  useEffect(() => {
    if (url === null) return;
    const abort = new AbortController();
    load<Kind>(url, abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setHeld({ url, data, error: null, status: null, loadedAt: Date.now() });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const message = error instanceof ApiError ? error.message : "The response could not be read.";
        const status = error instanceof ApiError ? error.status : null;
        setHeld((before) =>
          before?.url === url
            ? { ...before, error: message, status }
            : { url, data: null, error: message, status, loadedAt: null },
        );
      },
    );
    return () => {
      abort.abort();
    };
  }, [url, tick, attempt]);

  const current = held?.url === url ? held : null;
  return {
    data: current?.data ?? null,
    error: current?.error ?? null,
    status: current?.status ?? null,
    loadedAt: current?.loadedAt ?? null,
    retry,
  };
}

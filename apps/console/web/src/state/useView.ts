import { useCallback, useMemo, useSyncExternalStore } from "react";
import { addressOf, parseView, type View } from "./view";

const MOVED = "planewatch:moved";

function subscribe(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  window.addEventListener(MOVED, changed);
  return () => {
    window.removeEventListener("popstate", changed);
    window.removeEventListener(MOVED, changed);
  };
}

/** The view that the address bar holds, and a way to change it (a step in the history unless `replace`). */
export function useView(): [View, (change: Partial<View>, replace?: boolean) => void] {
  const href = useSyncExternalStore(subscribe, () => window.location.href);
  const view = useMemo(() => parseView(new URL(href)), [href]);
  const move = useCallback((change: Partial<View>, replace = false) => {
    const next = addressOf({ ...parseView(new URL(window.location.href)), ...change });
    if (next === window.location.pathname + window.location.search) return;
    if (replace) window.history.replaceState(null, "", next);
    else window.history.pushState(null, "", next);
    window.dispatchEvent(new Event(MOVED));
  }, []);
  return [view, move];
}

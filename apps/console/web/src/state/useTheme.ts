import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Theme } from "./view";

const KEY = "planewatch-theme";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

function subscribe(changed: () => void): () => void {
  const query = dark();
  query.addEventListener("change", changed);
  return () => {
    query.removeEventListener("change", changed);
  };
}

function stored(): Theme | null {
  try {
    const value = window.localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null; // Storage can be forbidden; then the choice lasts as long as the page.
  }
}

/** The theme in force: the address's, else the one chosen here before, else the system's. */
export function useTheme(wanted: Theme | null): [Theme, (theme: Theme) => void] {
  const system = useSyncExternalStore(subscribe, () => dark().matches) ? "dark" : "light";
  const [chosen, setChosen] = useState(stored);
  const theme = wanted ?? chosen ?? system;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const choose = useCallback((next: Theme) => {
    setChosen(next);
    try {
      window.localStorage.setItem(KEY, next);
    } catch {
      // As above.
    }
  }, []);
  return [theme, choose];
}
